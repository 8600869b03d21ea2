use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    pub fn new(id: u32) {
        Worker { id }
    }

    fn run(&self) {}
}

fn main() {
    Worker::new(1).start().unwrap();
}
