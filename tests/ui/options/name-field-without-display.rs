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

#[thread_class(name = "show {item}")]
struct Show<T> {
    item: T,
}

#[thread_class]
impl<T: Send + Sync> Show<T> {
    fn run(&self) {}
}

fn main() {}
