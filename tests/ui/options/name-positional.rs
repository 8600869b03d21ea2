use threadkit::thread_class;

#[thread_class(name = "download {}")]
struct Download {
    url: String,
}

#[thread_class]
impl Download {
    fn run(&self) {}
}

#[thread_class(name = "upload {:>8}", self.url, daemon)]
struct Upload {
    url: String,
}

#[thread_class]
impl Upload {
    fn run(&self) {}
}

fn main() {}
