use threadkit::thread_class;

#[thread_class]
struct Worker<T>(T);

#[thread_class]
impl<T: Send + Sync + 'static> Worker<T> {
    fn run(&self) {}
}

fn main() {
    threadkit::Builder::new(Worker("text")).join().unwrap();
}
