//! What looks like an override and is none.
use threadkit::thread_class;

trait Pool {
    fn join(&self) -> &'static str;
    fn value(&self) -> u8;
    fn start(&self) -> bool {
        true
    }
}

/// Fields may bear any name.
#[thread_class]
struct Worker {
    name: String,
    value: u8,
    join: bool,
    run: u8,
}

#[thread_class]
impl Worker {
    const RUN: u8 = { 1 };

    fn run(&self) -> u8 {
        self.value + self.run + Self::RUN
    }

    fn with_retries(self) -> Self {
        self
    }

    fn with_reuse(self, _: u8) -> Self {
        self
    }

    fn on_stop(&self) -> u8 {
        self.value
    }

    fn joined(&self) -> bool {
        self.join && self.name.is_empty()
    }
}

impl Worker {
    fn restart(&self) {}

    fn try_start(&self) {}

    fn new_pair() -> (Self, Self) {
        let worker = || Self { name: String::new(), value: 1, join: true, run: 2 };
        (worker(), worker())
    }
}

impl Pool for Worker {
    fn join(&self) -> &'static str {
        "the trait's"
    }

    fn value(&self) -> u8 {
        7
    }
}

fn start() {}

fn main() {
    start();
    let (worker, other) = Worker::new_pair();
    assert!(worker.joined());
    worker.restart();
    // On the object, which is not started, the trait's method is the one called.
    assert_eq!(worker.join(), "the trait's");
    assert_eq!(worker.value() + Worker::value(&worker), 14);
    assert!(Pool::start(&worker));
    // On the started thread, the base's.
    worker.try_start();
    let thread = worker.with_retries().with_reuse(1).start().unwrap();
    thread.join().unwrap();
    assert_eq!(thread.on_stop(), 1);
    assert_eq!(thread.value().unwrap(), 4);
    drop(other);
}
