use threadkit::thread_class;

#[thread_class]
pub const fn worker() {}

fn main() {}
