use threadkit::thread_class;

#[thread_class(name = "w-{path!r}")]
struct Worker {
    path: String,
}

#[thread_class]
impl Worker {
    fn run(&self) {}
}

#[thread_class(name = "w-{0!s}")]
struct Numbered(u32);

#[thread_class]
impl Numbered {
    fn run(&self) {}
}

fn main() {}
