use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn new(&self, id: u32) -> Self {
        Self { id }
    }

    fn run(&self) -> u32 {
        self.id
    }
}

fn main() {
    let _ = Worker::new(1).start();
}
