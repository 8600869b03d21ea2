use threadkit::thread_class;

#[thread_class(reuse, daemon, reuse = false)]
struct Undecided;

#[thread_class]
impl Undecided {
    fn run(&self) {}
}

fn main() {}
