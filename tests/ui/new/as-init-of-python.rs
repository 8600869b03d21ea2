use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn new(&mut self, id: u32) {
        self.id = id;
    }

    fn run(&self) -> u32 {
        self.id
    }
}

fn main() {
    let _ = Worker::new(1).start();
}
