//! A mistake in a body is blamed on the body.
use threadkit::thread_class;

#[thread_class]
struct Worker {
    count: usize,
}

#[thread_class]
impl Worker {
    fn run(&self) -> String {
        self.count
    }
}

fn main() {}
