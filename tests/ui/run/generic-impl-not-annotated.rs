use threadkit::thread_class;

#[thread_class]
struct Worker<T>(T);

impl<T> Worker<T> {
    fn run(&self) {}
}

fn main() {
    let _ = Worker(1).start();
}
