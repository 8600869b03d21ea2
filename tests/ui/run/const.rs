use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    const fn run(&self) {}
}

fn main() {}
