use threadkit::thread_class;

#[thread_class(name = concat!("down", "load"))]
struct Download;

#[thread_class]
impl Download {
    fn run(&self) {}
}

fn main() {}
