use threadkit::thread_class;

#[thread_class]
struct Worker<T: Send> {
    job: T,
}

#[thread_class]
impl Worker {
    fn new(job: u32) -> Self {
        Self { job }
    }

    fn run(&mut self) {}
}

fn main() {
    Worker::new(1).start().unwrap();
}
