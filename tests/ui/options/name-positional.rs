use threadkit::thread_class;

#[thread_class(name = "download {}")]
struct Download {
    url: String,
}

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
