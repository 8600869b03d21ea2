use std::fmt::Display;

use threadkit::thread_class;

#[thread_class]
struct Printer<T: Display + Clone> {
    value: T,
}

#[thread_class]
impl<T: Send + Sync> Printer<T> {
    fn run(&self) {}
}

fn main() {}
