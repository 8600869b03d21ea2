//! Handing a struct that is no class to something that takes classes.
use threadkit::Builder;

struct Worker;

fn main() {
    let _ = Builder::new(Worker).start();
}
