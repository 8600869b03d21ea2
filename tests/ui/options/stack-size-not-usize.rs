use threadkit::thread_class;

const STACK: u32 = 65_536;

#[thread_class(stack_size = STACK)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
