//! The crate is known under another path, in each attribute.
#![no_implicit_prelude]

mod vendored {
    pub mod tk {
        pub use ::threadkit::*;
    }
}
use vendored::tk;

#[tk::thread_class(crate = crate::vendored::tk, name = "worker {0}")]
struct Worker(u8);

#[tk::thread_class(crate = tk)]
impl Worker {
    fn new(id: u8) -> Self {
        Self(id)
    }

    fn run(self) -> u8 {
        self.0
    }
}

#[tk::main(crate = tk, report_after = "never")]
fn main() -> ::std::process::ExitCode {
    let worker = Worker::new(3).start().unwrap();
    ::std::assert_eq!(worker.value().unwrap(), 3);
    ::std::process::ExitCode::SUCCESS
}
