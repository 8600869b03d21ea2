use threadkit::thread_class;

#[thread_class(stall_after = "30 years")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
