use std::rc::Rc;

use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
    caches: Vec<Rc<String>>,
    raw: *const u8,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
