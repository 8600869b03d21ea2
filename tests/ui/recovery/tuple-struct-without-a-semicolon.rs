use threadkit::thread_class;

#[thread_class]
struct Worker(u32)

#[thread_class]
impl Worker {
    fn run(&self) -> u32 {
        self.0
    }
}

fn main() {
    let _ = Worker(1).start();
}
