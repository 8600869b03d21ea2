use threadkit::thread_class;

#[thread_class]
struct Worker {
    text: String,
}

#[thread_class]
impl Worker {
    fn run(&self) -> &str {
        &self.text
    }
}

fn main() {}
