use threadkit::thread_class;

#[thread_class(name = "worker {id")]
struct Worker {
    id: u8,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {}
