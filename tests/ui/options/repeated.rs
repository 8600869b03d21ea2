use threadkit::thread_class;

#[thread_class(daemon, name = "worker", daemon = false)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
