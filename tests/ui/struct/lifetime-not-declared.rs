use threadkit::thread_class;

#[thread_class]
struct Worker<'a> {
    text: &'a str,
}

#[thread_class]
impl Worker<'a> {
    fn run(&self) -> usize {
        self.text.len()
    }
}

fn main() {}
