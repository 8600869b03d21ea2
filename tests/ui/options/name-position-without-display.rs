use threadkit::thread_class;

struct Url;

#[thread_class(name = "download {1}")]
struct Download(u8, Url);

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
