use threadkit::thread_class;

#[thread_class("worker")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
