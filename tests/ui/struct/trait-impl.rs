use threadkit::thread_class;

#[thread_class]
#[derive(Debug)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

#[thread_class]
impl Default for Worker {
    fn default() -> Self {
        Worker
    }
}

fn main() {
    let _ = Worker::default().start();
}
