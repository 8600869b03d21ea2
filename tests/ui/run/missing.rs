use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new() -> Self {
        Worker
    }
}

fn main() {
    let _ = Worker::new().start();
}
