use threadkit::thread_class;

#[thread_class(daemon = "yes")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
