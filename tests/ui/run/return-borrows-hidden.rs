use std::sync::MutexGuard;

use threadkit::thread_class;

#[thread_class]
struct Worker {
    text: std::sync::Mutex<String>,
}

#[thread_class]
impl Worker {
    fn run(&self) -> Option<MutexGuard<'_, String>> {
        self.text.lock().ok()
    }
}

fn main() {}
