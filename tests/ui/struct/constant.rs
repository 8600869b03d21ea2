use threadkit::thread_class;

#[thread_class]
const WORKERS: usize = 4;

fn main() {}
