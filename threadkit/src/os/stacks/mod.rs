//! Where the threads of the process stand: a signal asks each, and names are found for what they answer.

mod stack;
#[cfg_attr(
    all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ),
    path = "linux/mod.rs"
)]
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    path = "elsewhere.rs"
)]
mod system;
mod tasks;

pub(crate) use stack::Reply;
pub use stack::{Frame, Stack, StackError};
pub use system::set_stack_signal;
pub(crate) use system::{Asking, hold, stacks_of};
pub(crate) use tasks::{Task, tasks};
