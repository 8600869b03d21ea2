use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn new() -> Self {
        Self { id: 1 }
    }

    def run(&self) -> u32 {
        self.id
    }
}

fn main() {
    let _ = Worker::new().start();
}
