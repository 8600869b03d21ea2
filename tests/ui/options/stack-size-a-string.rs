use threadkit::thread_class;

#[thread_class(stack_size = "64k")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
