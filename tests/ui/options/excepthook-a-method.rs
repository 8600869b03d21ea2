use threadkit::thread_class;

#[thread_class(excepthook = Self::report)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}

    fn report(&self, _: &threadkit::ExceptHookArgs<'_>) {}
}

fn main() {}
