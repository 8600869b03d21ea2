use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class(krate = threadkit)]
impl Worker {
    fn run(&self) {}
}

fn main() {}
