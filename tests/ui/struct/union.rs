use threadkit::thread_class;

#[thread_class]
union Worker {
    small: u8,
    large: u64,
}

#[thread_class]
impl Worker {
    fn run(self) {}
}

fn main() {}
