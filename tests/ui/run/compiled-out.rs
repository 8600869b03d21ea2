use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    #[cfg(any())]
    fn run(&self) -> u32 {
        1
    }
}

fn main() {
    let _ = Worker.start();
}
