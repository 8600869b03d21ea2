use std::path::PathBuf;

use threadkit::thread_class;

#[thread_class(name = "count {path}")]
struct Count {
    path: PathBuf,
}

#[thread_class]
impl Count {
    fn run(&self) {}
}

fn main() {
    let _ = Count { path: PathBuf::new() }.start();
}
