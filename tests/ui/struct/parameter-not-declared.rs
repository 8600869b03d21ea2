use threadkit::thread_class;

#[thread_class]
struct Worker<T> {
    value: T,
}

#[thread_class]
impl Worker<T> {
    fn run(&self) {}
}

fn main() {}
