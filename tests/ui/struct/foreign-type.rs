use threadkit::thread_class;

#[thread_class]
impl Vec<u8> {
    fn run(&self) {}
}

fn main() {}
