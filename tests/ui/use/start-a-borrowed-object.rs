use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> u32 {
        1
    }
}

fn main() {
    let workers = [Worker, Worker];
    for worker in &workers {
        worker.start().unwrap();
    }
}
