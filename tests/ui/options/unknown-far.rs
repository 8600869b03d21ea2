use threadkit::thread_class;

#[thread_class(priority = 3)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
