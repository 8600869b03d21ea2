use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new<'a>(_name: &'a str) -> Vec<Self> {
        Vec::new()
    }

    fn run(&self) {}
}

fn main() {}
