use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    async fn new() -> Self {
        Worker
    }

    fn run(&self) {}
}

fn main() {}
