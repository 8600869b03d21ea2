use threadkit::thread_class;

#[thread_class(excepthook = |_| {})]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
