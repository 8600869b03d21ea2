use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> impl Iterator<Item = u8> + use<> {
        [1].into_iter()
    }
}

fn main() {}
