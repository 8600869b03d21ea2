use threadkit::{Thread, thread_class};

#[thread_class]
struct Reader<'a>(&'a str);

#[thread_class]
impl Reader<'_> {
    fn run(&self) {}
}

fn shorten<'a>(thread: Thread<Reader<'static>>) -> Thread<Reader<'a>> {
    thread
}

fn main() {}
