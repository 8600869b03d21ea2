use threadkit::{Thread, thread_class};

#[thread_class]
struct Worker;

#[thread_class]
impl Thread for Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
    let _ = Thread::to_thread(&threadkit::current_thread());
}
