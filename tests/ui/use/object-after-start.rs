use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let worker = Worker { id: 1 };
    let _thread = worker.start().unwrap();
    println!("{}", worker.id);
}
