use threadkit::thread_class;

#[thread_class]
struct Worker {
    n: u32,
}

#[thread_class]
impl Worker {
    fn helper(&self) -> u32: { self.n }

    fn run(&self) -> u32 {
        self.n
    }
}

fn main() {
    let thread = Worker { n: 1 }.start().unwrap();
    let _: u32 = thread.value().unwrap();
}
