use threadkit::thread_class;

#[thread_class]
impl &Worker {
    fn run(&self) {}
}

struct Worker;

fn main() {}
