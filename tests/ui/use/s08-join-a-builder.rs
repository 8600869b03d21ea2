//! Here: neither has a `Builder`.

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let worker = Worker.with_name("worker");
    worker.join().unwrap();
}
