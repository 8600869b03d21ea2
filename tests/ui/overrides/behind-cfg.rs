use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}

    #[cfg(any(unix, windows))]
    fn native_id(&self) -> u32 {
        1
    }
}

fn main() {}
