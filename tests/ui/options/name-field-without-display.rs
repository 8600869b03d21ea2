use threadkit::thread_class;

struct Url;

#[thread_class(name = "download {url}")]
struct Download {
    url: Url,
}

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
