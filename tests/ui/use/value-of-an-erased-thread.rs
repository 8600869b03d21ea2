use threadkit::{Thread, thread_class};

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> u32 {
        1
    }
}

fn main() {
    let thread: Thread = Worker.start().unwrap().to_thread();
    let _ = thread.value();
}
