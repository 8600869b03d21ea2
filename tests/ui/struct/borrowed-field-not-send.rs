use std::cell::Cell;

use threadkit::thread_class;

#[thread_class]
struct Worker<'a> {
    hits: &'a Cell<u32>,
}

#[thread_class]
impl Worker<'_> {
    fn run(self) {
        self.hits.set(1);
    }
}

fn main() {}
