use std::rc::Rc;

use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
    cache: Rc<String>,
}

#[thread_class]
impl Worker {
    fn run(&mut self) {}
}

fn main() {
    let _ = Worker { id: 1, cache: Rc::default() }.start();
}
