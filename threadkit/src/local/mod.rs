//! Typed thread-local data.

mod cells;
mod inherit;
mod instance;
mod key;
mod macros;

pub(crate) use inherit::Inherited;
pub use instance::Local;
pub use key::LocalKey;
#[doc(hidden)]
pub use {inherit::Inheritable, instance::LocalGet, key::inherited};

pub use crate::os::local::AccessError;
pub(crate) use crate::os::local::enclose;

#[doc(hidden)]
pub mod private {
    pub use super::inherit::{ByBorrow, ByClone, ByNothing, Via};
    pub use super::key::inherited;
    pub use crate::os::local::lasting::*;
    pub use crate::os::local::{Filled, Slot};
    pub use std::option::Option;
    pub use std::{concat, module_path, stringify};
    pub use threadkit_macros::__local_mistake as mistake;
}
