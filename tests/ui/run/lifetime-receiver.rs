use threadkit::thread_class;

#[thread_class]
struct Worker<'a>(&'a str);

#[thread_class]
impl<'a> Worker<'a> {
    fn run(&'a self) {}
}

fn main() {}
