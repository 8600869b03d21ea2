use threadkit::thread_class;

#[thread_class(name = "download {ulr}")]
struct Download {
    url: String,
    retries: u32,
}

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
