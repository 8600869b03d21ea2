use threadkit::thread_class;

#[thread_class(name = "{self.url}")]
struct Download {
    url: String,
}

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
