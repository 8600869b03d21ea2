//! The generated impls had bounds without a `where` before them.

#[threadkit::thread_class]
struct Unbound(u8) where;

#[threadkit::thread_class]
impl Unbound where {
    fn run(self) -> u8 {
        self.0
    }
}

fn main() {}
