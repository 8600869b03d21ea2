//! A thread object that is never started is a warning.
#![deny(unused_must_use)]
use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new() -> Self {
        Worker
    }

    fn run(&self) {}
}

fn main() {
    Worker::new();
}
