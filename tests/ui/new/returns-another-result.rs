use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn new() -> Result<String, std::io::Error> {
        Ok(String::new())
    }

    fn run(&self) {}
}

fn main() {}
