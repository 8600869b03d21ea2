use threadkit::thread_class;

#[thread_class]
struct Worker<T> {
    id: u32,
}

#[thread_class]
impl<T: Send + Sync> Worker<T> {
    fn run(&self) -> u32 {
        self.id
    }
}

fn main() {}
