use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new() {}

    fn run(&self) {}
}

fn main() {}
