//! Dropping the handle drops the object, too, which may use what it borrows.

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
    let mut kept: Option<Thread<Count<'_>>> = None;
    let text = String::from("borrowed");
    kept.replace(threadkit::scope(|s| s.start(Count { text: &text }).unwrap()));
}
