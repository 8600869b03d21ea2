#![deny(unused_must_use)]
use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    Worker.with_name("worker");
}
