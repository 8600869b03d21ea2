//! Mistakes of every kind in one impl are reported together.
use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class(daemon)]
impl Worker {
    fn new(&self) -> Self {
        Worker
    }

    async fn run(&self, job: u8) -> impl Sized {
        job
    }

    fn join(&self) {}
}

fn main() {}
