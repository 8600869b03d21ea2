#[threadkit::thread_class]
pub struct Worker;

#[threadkit::thread_class]
impl Worker {
    fn run(&self) {}
}

#[path = "files/extension.rs"]
mod extension;

fn main() {}
