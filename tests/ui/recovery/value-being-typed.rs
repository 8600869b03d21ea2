use threadkit::thread_class;

#[thread_class(daemon, name = )]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.with_name("worker").start();
}
