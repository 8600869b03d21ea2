use threadkit::thread_class;

#[thread_class]
type Worker = Vec<fn()>;

fn main() {}
