use threadkit::thread_class;

#[thread_class(crate = "threadkit")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
