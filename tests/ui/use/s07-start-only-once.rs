//! Python: a thread is started once; again is a `RuntimeError`, also after the end
//! (`test_start_thread_again`).
//! Here: the compiler refuses to start a `Thread`, also after its end.

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let thread = Worker.start().unwrap();
    thread.join().unwrap();
    thread.start().unwrap();
}
