use std::rc::Rc;

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> Rc<u8> {
        Rc::new(1)
    }
}

fn main() {
    let _ = Worker.start();
}
