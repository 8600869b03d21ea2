//! Python: joining a thread that was not started is a `RuntimeError` (`test_joining_inactive_thread`).
//! Here: a thread object has no `join`, and the compiler says what has.

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let worker = Worker;
    worker.join().unwrap();
}
