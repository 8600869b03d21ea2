//! Where the threads of the process stand: a signal asks each, and names are found for what they answer.

mod stack;
mod tasks;

use std::io;

use cfg_if::cfg_if;

pub(crate) use stack::Reply;
pub use stack::{Frame, Stack, StackError};
pub(crate) use system::{Asking, hold};
pub(crate) use tasks::{Task, tasks};

cfg_if! {
    // As in `Cargo.toml`, for what it is built on.
    if #[cfg(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))] {
        #[path = "linux/mod.rs"]
        mod system;
    } else {
        /// Where nobody is asked.
        mod system {
            use std::io;

            use super::{Answer, Frame, StackError};

            pub(super) fn answers_of(threads: &[u64]) -> Vec<Answer> {
                threads.iter().map(|_| StackError::Unsupported.into()).collect()
            }

            /// There is no lock.
            pub(crate) struct Asking;

            pub(crate) fn hold() -> Asking {
                Asking
            }

            impl Asking {
                pub(crate) fn in_child(&mut self) {}
            }

            pub(super) fn frames_of(_: &[u64]) -> Vec<Frame> {
                Vec::new()
            }

            pub(super) fn set_signal(_: i32) -> io::Result<()> {
                let reason = StackError::Unsupported.to_string();
                Err(io::Error::new(io::ErrorKind::Unsupported, reason))
            }
        }
    }
}

/// What came of a question: the calls, the innermost first, or why there are none; both, where not all were found.
struct Answer {
    calls: Option<Vec<u64>>,
    error: Option<StackError>,
}

impl From<StackError> for Answer {
    fn from(error: StackError) -> Self {
        Self { calls: None, error: Some(error) }
    }
}

/// The stacks of these threads, by the kernel's ids, in their order.
pub(crate) fn stacks_of(threads: &[u64]) -> Vec<Reply> {
    let reply = |Answer { calls, error }| Reply { stack: calls.map(Stack::new), error };
    system::answers_of(threads).into_iter().map(reply).collect()
}

/// Sets the signal by which threads are asked where they stand, for [`dump_stacks`](crate::dump_stacks) and all that
/// prints stacks. Without this it is the highest real-time signal below `SIGRTMAX` that the program neither handles nor
/// blocks on some thread, at the time of the first dump, and another one if the program takes that later.
///
/// # Errors
///
/// If the signal has a handler already, is none that can be caught, or is one by which the processor reports a fault
/// (`SIGSEGV` and the like), which no handler may return from. On a system where nobody is asked, always.
///
/// A thread that calls `exec` in the very moment at which it is asked takes the signal along, and the new program, which
/// has no handler, is ended by a real-time one. Where that matters, choose a signal that is ignored by default, such as
/// `SIGURG`.
///
/// # Examples
///
/// ```
/// # #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
/// threadkit::set_stack_signal(libc::SIGRTMIN() + 5)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn set_stack_signal(signal: i32) -> io::Result<()> {
    system::set_signal(signal)
}
