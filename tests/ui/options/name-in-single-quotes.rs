use threadkit::thread_class;

#[thread_class(name = 'worker')]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
