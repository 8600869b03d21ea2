use threadkit::thread_class;

#[thread_class(daemon == true)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
