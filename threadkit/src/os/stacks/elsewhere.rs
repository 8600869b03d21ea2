//! Where nobody is asked.

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
