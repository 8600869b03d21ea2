use threadkit::thread_class;

struct Job {
    id: u32,
}

#[thread_class(name = "worker {job.id}")]
struct Worker {
    job: Job,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker { job: Job { id: 1 } }.start();
}
