//! Typed thread-local data.

mod error;
mod inherit;
mod instance;
mod instance_cells;
mod key;
mod key_cells;
mod macros;

pub use error::AccessError;
pub(crate) use inherit::{Inherited, Parcel};
pub use instance::Local;
pub use key::LocalKey;
#[doc(hidden)]
pub use {inherit::Inheritable, key::inherited};

#[doc(hidden)]
pub mod private {
    pub use super::inherit::{ByBorrow, ByClone, ByNothing, Via};
    pub use super::key::inherited;
    pub use crate::base::primitive::thread_local;
    pub use crate::os::local::{Filled, Slot};
    pub use std::option::Option;
    pub use std::{concat, module_path, stringify};
    pub use threadkit_macros::__local_mistake as mistake;
}
