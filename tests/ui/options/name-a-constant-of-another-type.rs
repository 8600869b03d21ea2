use threadkit::thread_class;

const ID: u32 = 7;

#[thread_class(name = ID)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

fn main() {
    let _ = Worker.start();
}
