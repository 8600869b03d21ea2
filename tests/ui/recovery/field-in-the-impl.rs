use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    count: u32,

    fn new() -> Self {
        Self { id: 1 }
    }

    fn run(&self) -> u32 {
        self.id
    }
}

fn main() {
    let _ = Worker::new().start();
}
