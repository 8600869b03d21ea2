use threadkit::{Guard, thread_class};

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _guard = Guard::new(Worker);
}
