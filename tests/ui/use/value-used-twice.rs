//! The value is moved out: what `value` gave cannot be used after it was given away.
use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> String {
        String::from("text")
    }
}

fn main() {
    let value = Worker.start().unwrap().value().unwrap();
    drop(value);
    println!("{value}");
}
