//! Here: `start` consumes the object.

use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let worker = Worker { id: 1 };
    let thread = worker.start().unwrap();
    thread.join().unwrap();
    worker.start().unwrap();
}
