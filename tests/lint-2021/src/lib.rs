//! The classes of `lint-2024`, in the edition before.

#[path = "../../lint-2024/src/classes.rs"]
mod classes;
pub use classes::*;
