use threadkit::thread_class;

#[thread_class]
struct Worker {
    id: u32,
    task: dyn FnMut() + Send,
}

#[thread_class]
impl Worker {
    fn run(&mut self) -> u32 {
        (self.task)();
        self.id
    }
}

#[thread_class]
struct Caller {
    task: dyn Fn(),
}

#[thread_class]
impl Caller {
    fn run(&self) {
        (self.task)();
    }
}

fn main() {}
