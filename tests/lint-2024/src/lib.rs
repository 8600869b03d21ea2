//! Every kind of class, for users who deny every lint (see `Cargo.toml`).

mod classes;
pub use classes::*;
