//! An impl for some instantiations of a generic class is refused as one for all.
use threadkit::thread_class;

#[thread_class]
struct Worker<T> {
    item: T,
}

#[thread_class]
impl<T: Clone + Send + Sync + 'static> Worker<T> {
    fn run(&self) -> T {
        self.item.clone()
    }
}

impl Worker<u8> {
    fn unpark(&self) {}
}

fn main() {}
