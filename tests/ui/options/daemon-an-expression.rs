use threadkit::thread_class;

const DAEMON: bool = true;

#[thread_class(daemon = DAEMON)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
