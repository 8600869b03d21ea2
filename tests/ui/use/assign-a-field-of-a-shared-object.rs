use threadkit::thread_class;

#[thread_class]
struct Worker {
    count: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let thread = Worker { count: 1 }.start().unwrap();
    thread.count = 2;
}
