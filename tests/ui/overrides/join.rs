use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}

    fn join(&self) -> bool {
        true
    }
}

fn main() {
    // No follow-up errors: the refused method is still known.
    let finished: bool = Worker.join();
    assert!(finished);
}
