use threadkit::thread_class;

#[thread_class]
struct Worker {
    task: impl Fn() + Send + Sync,
}

#[thread_class]
impl Worker {
    fn run(&self) {
        (self.task)();
    }
}

fn main() {}
