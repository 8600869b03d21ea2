use threadkit::{Builder, Target};

fn main() {
    let _ = Builder::new(Target::new(|| 1)).name("worker").start();
}
