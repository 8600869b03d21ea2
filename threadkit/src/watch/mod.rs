//! Looking at threads.

pub(crate) mod dump;
pub(crate) mod hooks;
#[cfg(feature = "timeline")]
pub(crate) mod timeline;
