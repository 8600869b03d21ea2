use threadkit::{Group, Target};

fn main() {
    let mut group = Group::new();
    group.push(Target::new(|| 1));
}
