use threadkit::thread_class;

#[thread_class(stall_after = "30s", daemon, stall_after = "1m")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
