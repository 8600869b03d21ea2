use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self, _jobs: impl Iterator<Item = u8>) {}
}

fn main() {}
