use threadkit::thread_class;

#[thread_class]
struct Worker;

impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
