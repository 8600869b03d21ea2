use threadkit::thread_class;

trait Run {
    fn run(&self);
}

#[thread_class]
struct Worker;

impl Run for Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
