use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    #[override]
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
