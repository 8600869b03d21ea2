use threadkit::thread_class;

#[thread_class]
impl Vec<u8> {
    fn run(&self) {}
}

#[thread_class]
impl std::path::PathBuf {
    fn run(&mut self) {}
}

fn main() {}
