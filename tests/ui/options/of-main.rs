use threadkit::thread_class;

#[thread_class(report_after = "10s")]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
