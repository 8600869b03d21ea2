use threadkit::thread_class;

#[thread_class]
pub trait Worker {
    fn run(&self);
}

fn main() {}
