use threadkit::thread_class;

#[thread_class(name = 5)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
