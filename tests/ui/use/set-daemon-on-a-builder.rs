use threadkit::{Builder, Target};

fn main() {
    let builder = Builder::new(Target::new(|| 1));
    builder.set_daemon(true);
}
