//! [`exit_thread`]: leaving a thread from anywhere in it.

use std::any::Any;
use std::panic;

use crate::base::guest::{self, Payload};
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::os;
use crate::thread::current;

global! {
    /// Whether the body of `#[threadkit::main]` runs.
    static IN_BODY: AtomicBool = AtomicBool::new(false);
}

/// The payload that [`exit_thread`] unwinds with.
struct ExitThread;

pub(crate) fn is_exit(payload: &(dyn Any + Send)) -> bool {
    payload.is::<ExitThread>()
}

/// A hook may leave by `exit_thread`, as `run` may: no panic, then.
pub(crate) fn or_exit(payload: Payload) -> Result<(), Payload> {
    if is_exit(&*payload) { Ok(()) } else { Err(payload) }
}

/// Ends the current thread quietly, running destructors: Python's `SystemExit` in a thread.
///
/// Nothing is reported, `join` is `Ok`, and there is no value. On the main thread, under
/// `#[threadkit::main]`, it ends `main` with code 0 after the usual wait.
///
/// It is an unwind: `std`'s mutexes that are held are poisoned, `catch_unwind` catches it, and with
/// `panic = "abort"` it aborts; so it does in a `Drop` that runs because of a panic, as a second panic
/// would.
///
/// # Panics
///
/// On a thread that was not started here, and on the main thread without the attribute.
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| -> u8 { threadkit::exit_thread() });
/// assert!(thread.join().is_ok());
/// assert!(matches!(thread.value(), Err(threadkit::JoinError::NoValue)));
/// ```
#[doc(alias("SystemExit", "sys.exit"))]
pub fn exit_thread() -> ! {
    // Relaxed: only the main thread, which wrote it, goes by what it reads.
    let ends_main = IN_BODY.load(Ordering::Relaxed) && os::thread::is_main();
    assert!(
        ends_main || current::is_started_here(),
        "exit_thread() ends a thread that threadkit started, or main under #[threadkit::main]; this thread is neither"
    );
    panic::resume_unwind(Box::new(ExitThread))
}

/// Calls the body of `#[threadkit::main]`, on the main thread: there [`exit_thread`] ends it.
pub(crate) fn ending_main<R>(body: impl FnOnce() -> R) -> Result<R, Payload> {
    IN_BODY.store(true, Ordering::Relaxed); // Relaxed: as in `exit_thread`
    let outcome = guest::caught(body);
    IN_BODY.store(false, Ordering::Relaxed); // Relaxed: as above
    outcome
}
