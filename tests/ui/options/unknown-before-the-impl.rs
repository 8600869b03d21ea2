//! An option that does not exist, while the impl is still to be written.
use threadkit::thread_class;

#[thread_class(daemonic)]
struct Worker;

fn main() {
    let _ = Worker;
}
