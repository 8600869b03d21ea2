//! Std's threads, as far as the runtime uses them.

use std::io;

use crate::engine::with;
use crate::sync::raw::Of;

pub use crate::local::{AccessError, LocalKey};
pub use crate::thread::{JoinHandle, Thread, current, panicking, park};

/// As std's.
#[derive(Debug)]
pub struct Builder {
    name: String,
}

/// A thread of this name is refused where the runtime itself is tested.
const REFUSED: &str = "refused";

impl Builder {
    /// As std's.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "the interface is std's, as far as it is used")]
    pub fn new() -> Self {
        Self { name: String::new() }
    }

    /// As std's.
    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self { name }
    }

    /// All threads of an execution have stacks of one size.
    #[must_use]
    pub fn stack_size(self, _: usize) -> Self {
        self
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If the thread is refused.
    #[track_caller]
    pub fn spawn<T: Send + 'static>(
        self,
        main: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        if self.name == REFUSED && with(|execution| execution.settings.whole_runtime) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        crate::thread::Builder::of(Of::Runtime, self.name).spawn(main)
    }
}
