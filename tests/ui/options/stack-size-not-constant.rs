use threadkit::thread_class;

fn size() -> usize {
    65_536
}

#[thread_class(stack_size = size())]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
