use std::error::Error;

use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> Result<(), Box<dyn Error>> {
        Ok(())
    }
}

fn main() {}
