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

fn main() {}
