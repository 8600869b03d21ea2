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

    fn value<U: From<T>>(&self, _unused: impl Copy) -> U {
        U::from(self.item.clone())
    }
}

fn main() {}
