//! All of them in one impl, each reported on its own name.
use threadkit::thread_class;

#[thread_class]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) {}

    fn name(&self) {}
    fn set_name(&self) {}
    fn ident(&self) {}
    fn native_id(&self) {}
    fn class_name(&self) {}
    fn is_alive(&self) {}
    fn is_daemon(&self) {}
    fn start_location(&self) {}
    fn join(&self) {}
    fn join_timeout(&self) {}
    fn value(&self) {}
    fn into_object(self) {}
    fn request_stop(&self) {}
    fn stop_requested(&self) {}
    fn unpark(&self) {}
    fn to_thread(&self) {}
    fn start(self) {}
    fn with_name(self) {}
    fn with_daemon(self) {}
    fn with_stack_size(self) {}
    fn join_deadline(&self) {}
    fn set_daemon(&self) {}
}

fn main() {}
