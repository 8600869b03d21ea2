use threadkit::thread_class;

#[thread_class]
struct Worker<T> {
    item: T,
}

#[thread_class]
impl<T> Worker<T> {
    fn run(self) {}
}

fn main() {}
