use threadkit::thread_class;

#[thread_class(crate = tk)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
