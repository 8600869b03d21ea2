use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn name() -> &'static str {
        "worker"
    }

    fn run(&self) {
        println!("{}", Self::name());
    }
}

fn main() {
    println!("{}", Worker::name());
    let _ = Worker.start();
}
