use threadkit::thread_class;

#[thread_class(name = concat!("a", "b"))]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
