use std::sync::Arc;

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new() -> Arc<Self> {
        Arc::new(Worker)
    }

    fn run(&self) {}
}

fn main() {}
