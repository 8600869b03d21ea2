use threadkit::thread_class;

trait Job {
    fn run(&self);
}

#[thread_class]
struct Worker;

#[thread_class]
impl Job for Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
