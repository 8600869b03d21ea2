use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    async fn run(&self) -> u32 {
        1
    }
}

fn main() {
    let worker = Worker.start().unwrap();
    let _: u32 = worker.value().unwrap();
}
