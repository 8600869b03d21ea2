//! Thread classes.
#![deny(unsafe_code)]

mod builder;
#[doc(hidden)]
pub mod class;
mod current;
mod excepthook;
mod exception;
mod failure;
mod ident;
mod join;
mod lifecycle;
mod local;
mod locks;
mod name;
mod os;
#[doc(hidden)]
pub mod override_rule;
mod panic_hook;
mod quiet;
#[doc(hidden)]
pub mod receiver;
mod registry;
mod shutdown;
mod stop;
mod target;
mod thread;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use builder::{Builder, StartError};
pub use class::ThreadClass;
pub use current::{current_thread, get_ident, get_native_id, with_current};
pub use excepthook::{ExceptHookArgs, default_excepthook, set_excepthook, silent, take_excepthook};
pub use exception::{Exception, ExceptionKind, Location};
pub use ident::ThreadId;
pub use join::{JoinCycle, JoinError};
pub use local::{AccessError, Local, LocalKey};
pub use name::Name;
pub use registry::{active_count, enumerate, main_thread};
pub use shutdown::{ShuttingDown, at_shutdown, exit_thread};
pub use stop::{Stopped, on_stop, sleep, stop_requested};
pub use target::{Target, spawn};
pub use thread::{Erased, Thread};
pub use threadkit_macros::{main, thread_class};

/// What `#[threadkit::main]` calls; its path stands in the compiler's messages.
#[doc(hidden)]
pub mod attribute {
    pub use crate::shutdown::{MainOptions, main};
}
