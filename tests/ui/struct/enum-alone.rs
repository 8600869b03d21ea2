//! An enum, whose impl is still to be written.
use threadkit::thread_class;

#[thread_class]
enum Worker {
    Busy,
}

fn main() {
    let _ = Worker::Busy;
}
