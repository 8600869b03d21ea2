use threadkit::thread_class;

#[thread_class]
enum Worker {
    Busy,
    Idle,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker::Busy.start();
    let _ = Worker::Idle.with_name("idle").start();
}
