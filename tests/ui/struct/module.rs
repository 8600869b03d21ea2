use threadkit::thread_class;

#[thread_class]
mod worker {
    fn run() {}
}

fn main() {}
