use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    #[allow(non_upper_case_globals)]
    const name: &'static str = "worker";

    fn run(&self) -> usize {
        Self::name.len()
    }
}

fn main() {}
