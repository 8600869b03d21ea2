use threadkit::thread_class;

#[thread_class(stall_after = "0s")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
