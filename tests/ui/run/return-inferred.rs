use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> Vec<_> {
        vec![1]
    }
}

fn main() {}
