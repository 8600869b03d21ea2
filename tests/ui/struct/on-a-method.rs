use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}

    #[thread_class]
    fn jobs(&self) {}
}

fn main() {}
