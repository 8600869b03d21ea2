#[threadkit::thread_class]
struct Worker {
    #[threadkit::thread_class]
    id: u32,
}

#[threadkit::thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
