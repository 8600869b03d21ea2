use threadkit::thread_class;

#[thread_class(stall_after = Duration::from_secs(30))]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
