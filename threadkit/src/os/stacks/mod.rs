//! Where the threads of the process stand: a signal asks each, and names are found for what they answer.

// Elsewhere nobody makes what these are made for.
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    allow(dead_code)
)]
mod stack;
#[cfg(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#[path = "linux/mod.rs"]
mod system;
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    allow(dead_code)
)]
mod tasks;

pub(crate) use stack::Reply;
pub use stack::{Frame, Stack, StackError};
pub use system::set_stack_signal;
pub(crate) use system::{Asking, hold, stacks_of};
pub(crate) use tasks::{Task, tasks};

/// Where nobody is asked.
#[cfg(not(all(
    target_os = "linux",
    target_pointer_width = "64",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
mod system {
    use std::io;

    use super::{Frame, Reply, StackError};

    pub(crate) fn stacks_of(threads: &[u64]) -> Vec<Reply> {
        threads.iter().map(|_| StackError::Unsupported.into()).collect()
    }

    /// There is no lock.
    pub(crate) struct Asking;

    pub(crate) fn hold() -> Asking {
        Asking
    }

    impl Asking {
        pub(crate) fn in_child(&mut self) {}
    }

    pub(super) fn frames_of(_: &[u64]) -> Vec<Frame> {
        Vec::new()
    }

    /// Sets the signal by which threads are asked where they stand; on this system nobody is asked.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn set_stack_signal(_: i32) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::Unsupported, StackError::Unsupported.to_string()))
    }
}
