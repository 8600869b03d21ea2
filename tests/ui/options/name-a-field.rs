use threadkit::thread_class;

#[thread_class(name = path)]
struct Worker {
    path: String,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker { path: String::new() }.start();
}
