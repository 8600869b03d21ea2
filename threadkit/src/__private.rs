//! What generated code needs; no part of the public interface.

use std::fmt;

pub use std::convert::Infallible;
pub use std::fmt::format;
pub use std::format_args;
pub use std::io;
pub use std::module_path;
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

/// A field in the name of a class.
#[derive(Debug)]
pub struct Shown<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized + InName> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// What can be shown in the name of a class: what implements `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown in the name of a class: it has no `Display`",
    label = "this field has no text of its own",
    note = "`{{field:?}}` shows it by its `Debug`, as with a `PathBuf`",
    note = "`.with_name(format!(..))` on the object takes any expression, such as `path.display()`"
)]
pub trait InName {
    /// As `Display` does.
    ///
    /// # Errors
    ///
    /// Where that fails.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + fmt::Display> InName for T {
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt(f)
    }
}

/// For `failure_of!`.
pub mod failure {
    pub use crate::failure::judge::{AnyMain, FailingMain, Probe, steps};
}
