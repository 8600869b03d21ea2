use std::time::Duration;

use threadkit::thread_class;

#[thread_class]
struct Worker<T>(T);

#[thread_class]
impl<T: Send + Sync> Worker<T> {
    fn run(&self) {}

    fn renamed(self) {
        let _ = self.with_stall_after(Duration::from_secs(1));
    }
}

fn main() {
    let _ = Worker(1).with_reuse(true).start();
    let _ = Worker(1).on_stop(|| ()).start();
    let _ = Worker(1).try_start();
    let _ = Worker(1).start_ready();
    let _ = Worker(1).with_name("worker").with_reuse(true).start();
}
