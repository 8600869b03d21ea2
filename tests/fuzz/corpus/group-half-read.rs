//! The macro panicked on what an expression leaves unread in a group.

const SIZES: [usize; 1] = [65_536];

#[threadkit::thread_class(stack_size = SIZES[0; 1])]
struct Worker(u8);

#[threadkit::thread_class]
impl Worker {
    fn run(self) -> u8 {
        self.0
    }
}

fn main() {}
