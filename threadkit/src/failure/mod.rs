//! How a thread fails, and who is told.

pub(crate) mod exit;
pub(crate) mod hook;
pub(crate) mod judge;
pub(crate) mod panic_hook;
