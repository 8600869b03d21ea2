use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self, jobs: usize) -> usize {
        jobs
    }
}

fn main() {
    let _ = Worker.start();
}
