//! A `Copy` object is not started again through the handle.
use threadkit::thread_class;

#[thread_class]
#[derive(Clone, Copy)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let thread = Worker.start().unwrap();
    thread.start().unwrap();
}
