//! The end of the process.

pub(crate) mod shutdown;
