use threadkit::thread_class;

#[thread_class]
pub struct Worker;

#[thread_class]
impl Worker {
    pub fn start(self) {}

    fn run(&self) {}
}

fn main() {}
