//! What generated code needs; no part of the public interface.

pub use std::convert::Infallible;
pub use std::fmt::format;
pub use std::format_args;
pub use std::io;
pub use std::option::Option;
pub use std::process::ExitCode;
pub use std::result::Result;
pub use std::string::String;
pub use std::time::Duration;
pub use std::{convert::Into, marker::Send, marker::Sized, marker::Sync};

pub use crate::local::private as local;

pub use crate::__error_of_main as error_of_main;
pub use crate::__failure_of as failure_of;
pub use crate::core::exception::Failure;
pub use crate::failure::hook::call_hook;

/// For `failure_of!`.
pub mod failure {
    pub use crate::failure::judge::{AnyMain, FailingMain, Probe, steps};
}
