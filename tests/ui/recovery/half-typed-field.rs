use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
    name:
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn start(worker: Worker) {
    let _ = worker.with_name("worker").start();
}

fn main() {}
