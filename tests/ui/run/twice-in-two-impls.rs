use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
