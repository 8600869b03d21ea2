use threadkit::thread_class;

#[thread_class(name = f"worker {id}")]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker { id: 1 }.start();
}
