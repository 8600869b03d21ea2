use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn start(self) {}

    fn run(&self) {}

    fn with_name(self, _name: &str) -> Self {
        self
    }
}

fn main() {}
