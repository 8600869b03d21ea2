use std::rc::Rc;

use threadkit::thread_class;

#[thread_class]
struct Worker<T> {
    item: T,
    cache: Rc<String>,
}

#[thread_class]
impl<T: Send> Worker<T> {
    fn run(&mut self) {}
}

fn main() {}
