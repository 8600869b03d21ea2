use threadkit::thread_class;

#[thread_class]
struct Worker<'a> {
    text: &'a str,
}

#[thread_class]
impl<'a> Worker<'a> {
    fn new(text: &'a str) -> Self {
        Self { text }
    }

    fn run(&self) -> usize {
        self.text.len()
    }
}

fn main() {
    let text = String::from("borrowed");
    let worker = Worker::new(&text).start().unwrap();
    worker.join().unwrap();
}
