//! The thread owns the object of a `run(&mut self)` class while it runs.
use threadkit::thread_class;

#[thread_class]
struct Worker {
    count: u32,
}

#[thread_class]
impl Worker {
    fn run(&mut self) {
        self.count += 1;
    }
}

fn main() {
    let thread = Worker { count: 1 }.start().unwrap();
    println!("{}", thread.count);
}
