use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    threadkit::scope(|s| {
        s.spawn(Worker);
    });
}
