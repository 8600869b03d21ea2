//! Python: the daemon status of an active or finished thread cannot be set: `RuntimeError`
//! (`test_daemonize_active_thread`).
//! Here: the compiler refuses it, and says when it can be set.

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let thread = Worker.start().unwrap();
    thread.set_daemon(true);
}
