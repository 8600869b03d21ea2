use std::sync::mpsc::Receiver;

use threadkit::thread_class;

#[thread_class]
struct Worker {
    jobs: Receiver<String>,
}

#[thread_class]
impl Worker {
    fn run(&self) {
        for job in &self.jobs {
            println!("{job}");
        }
    }
}

fn main() {}
