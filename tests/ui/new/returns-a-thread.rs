use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    pub fn new() -> threadkit::Thread<Self> {
        Worker.start().unwrap()
    }

    fn run(&self) {}
}

fn main() {}
