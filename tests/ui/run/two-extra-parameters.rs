use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(self, (_a, _b): (u8, u8), _rest: Vec<u8>) {}
}

fn main() {}
