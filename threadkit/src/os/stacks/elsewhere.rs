//! Where nobody is asked.

use std::io;

use super::{Frame, NoStack, Stack};

pub(crate) fn stacks_of(threads: &[u64]) -> Vec<Result<Stack, NoStack>> {
    threads.iter().map(|_| Err(NoStack::Unsupported)).collect()
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
    Err(io::Error::new(io::ErrorKind::Unsupported, NoStack::Unsupported.to_string()))
}
