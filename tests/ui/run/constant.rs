use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    #[allow(non_upper_case_globals)]
    const run: fn() = || {};
}

fn main() {}
