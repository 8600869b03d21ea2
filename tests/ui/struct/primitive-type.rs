use threadkit::thread_class;

#[thread_class]
impl u32 {
    fn run(&self) -> u32 {
        *self
    }
}

fn main() {}
