use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class(name = "worker")]
impl Worker {
    fn run(&self) {}
}

fn main() {}
