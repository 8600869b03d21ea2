//! Thread classes.

mod local;
mod os;

pub use local::{AccessError, Local, LocalKey};

/// What the macros' expansions name.
#[doc(hidden)]
pub mod __private {
    pub use crate::local::private as local;
}
