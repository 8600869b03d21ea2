use threadkit::thread_class;

// How long threads are kept is said for all classes: `threadkit::set_keep_alive`.
#[thread_class(reuse = 3)]
struct Counted;

#[thread_class(reuse = "10s")]
struct Timed;

#[thread_class]
impl Counted {
    fn run(&self) {}
}

#[thread_class]
impl Timed {
    fn run(&self) {}
}

fn main() {}
