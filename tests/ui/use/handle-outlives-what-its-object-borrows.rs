//! The handle of a thread in a scope derefs to the object, and lives no longer than what that borrows.

use threadkit::{Thread, thread_class};

#[thread_class]
struct Count<'a> {
    text: &'a str,
}

#[thread_class]
impl Count<'_> {
    fn run(&self) -> usize {
        self.text.len()
    }
}

fn main() {
    let escaped: Thread<Count<'_>>;
    {
        let text = String::from("borrowed");
        escaped = threadkit::scope(|s| s.start(Count { text: &text }).unwrap());
    }
    drop(escaped);
}
