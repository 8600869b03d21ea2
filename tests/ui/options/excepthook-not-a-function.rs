use threadkit::thread_class;

fn hook(_message: &str) {}

#[thread_class(excepthook = hook)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
