use threadkit::thread_class;

#[thread_class]
struct Worker {
    job: Box<dyn Fn(u32)>,
}

#[thread_class]
impl Worker {
    fn run(&self) {
        (self.job)(1);
    }
}

fn main() {
    let _ = Worker { job: Box::new(drop) }.start();
}
