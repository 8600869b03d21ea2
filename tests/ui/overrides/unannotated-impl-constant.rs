use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}
}

impl Worker {
    #[allow(non_upper_case_globals)]
    const value: u8 = 1;
}

fn main() {}
