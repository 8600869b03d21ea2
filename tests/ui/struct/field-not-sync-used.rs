//! The handle of the class stays known: there is one error.
use std::cell::RefCell;

use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
    jobs: RefCell<Vec<String>>,
}

#[thread_class]
impl Worker {
    fn run(&self) -> usize {
        self.jobs.borrow().len()
    }
}

fn main() {
    let thread = Worker { id: 1, jobs: RefCell::default() }.start().unwrap();
    println!("{}", thread.id);
    let _: usize = thread.value().unwrap();
}
