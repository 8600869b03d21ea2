use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    #[allow(non_camel_case_types)]
    type value = u8;

    fn run(&self) {}
}

fn main() {}
