use std::rc::Rc;

use threadkit::{Local, thread_class};

#[thread_class]
struct Worker {
    name: Local<Rc<String>>,
}

#[thread_class]
impl Worker {
    fn run(&self) {
        self.name.with(|name| println!("{name}"));
    }
}

fn main() {}
