use threadkit::thread_class;

#[thread_class(name = "download {1}")]
struct Download(String);

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
