//! The trait of a class is the attribute's to implement.
use threadkit::ThreadClass;

struct Worker;

impl ThreadClass for Worker {
    fn run(&self) {}
}

fn main() {}
