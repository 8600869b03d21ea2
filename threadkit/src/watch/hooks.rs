//! [`on_start`] and [`on_exit`]: what every thread calls when it begins and when it leaves.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::core::observe::{self, Moment, Observer, add};
use crate::thread::Thread;
use crate::thread::current::with_current;

/// Makes every thread that this crate starts from now on call `f` before `run`: for profilers, for the
/// thread's priority or affinity, for a runtime that wants its threads registered.
///
/// `f` runs on the new thread, which is the [current](crate::current_thread) one, when its inherited
/// thread-locals are in place and nothing else of the user's has run there. Hooks are called in the
/// order in which they were registered, all of them on every thread, and stay for the life of the
/// process, unless [`Hook::remove`] takes them out. A thread that begins while a hook is being registered may go without. The main thread and
/// threads that were not started here have no such beginning: they do not call `f`.
///
/// No lock is held meanwhile: a hook may register others (for threads that begin later), and start
/// threads; but these call it, too. A hook that panics is reported, and the thread goes on.
///
/// Python has `threading.setprofile` for this, tokio `on_thread_start`, rayon `start_handler`, but each of
/// those allows only one function for a process or a pool.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use std::time::Instant;
///
/// thread_local! {
///     static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
/// }
///
/// threadkit::on_start(|_| BEGAN.set(Some(Instant::now())));
/// threadkit::on_exit(|thread| {
///     if let Some(began) = BEGAN.take() {
///         eprintln!("{} ran for {:?}", thread.name(), began.elapsed());
///     }
/// });
/// threadkit::spawn(|| (1..=1000_u64).sum::<u64>()).join().unwrap();
/// ```
#[doc(alias("setprofile", "start_handler", "on_thread_start"))]
pub fn on_start(f: impl Fn(&Thread) + Send + Sync + 'static) -> Hook {
    Hook(add(Moment::Begins.alone(), move |_, _| with_current(&f)))
}

/// Makes every thread that this crate started call `f` when it leaves, including those that are running
/// already.
///
/// `f` runs on the thread when `run` has returned or failed, the failure was reported, and the thread's
/// share of its object is dropped; and before the first of its thread-locals is destroyed, so that all
/// of them, std's and this crate's, can still be used. The thread is alive: who joins it goes on waiting.
/// Hooks are called in the reverse order of their registration; for all else see [`on_start`].
///
/// It is not called on a thread that does not leave: a daemon that the end of the process abandons, or
/// one that calls `std::process::exit`.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// static FAILED: AtomicUsize = AtomicUsize::new(0);
///
/// # threadkit::set_excepthook(threadkit::silent);
/// threadkit::on_exit(|thread| {
///     FAILED.fetch_add(usize::from(thread.name().starts_with("bad")), Ordering::Relaxed);
/// });
/// let bad = threadkit::Target::new(|| panic!("no disk")).with_name("bad luck").start().unwrap();
/// assert!(bad.join().is_err());
/// assert_eq!(FAILED.load(Ordering::Relaxed), 1);
/// ```
#[doc(alias("exit_handler", "on_thread_stop"))]
pub fn on_exit(f: impl Fn(&Thread) + Send + Sync + 'static) -> Hook {
    Hook(add(Moment::Exits.alone(), move |_, _| with_current(&f)))
}

/// A function that [`on_start`] or [`on_exit`] registered. Dropping this leaves it where it is.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// let counted = Arc::new(());
/// let hook = threadkit::on_start({
///     let counted = counted.clone();
///     move |_| assert!(Arc::strong_count(&counted) > 1)
/// });
/// threadkit::spawn(|| ()).join().unwrap();
/// hook.remove();
/// assert_eq!(Arc::strong_count(&counted), 1);
/// ```
pub struct Hook(Arc<Observer>);

impl Hook {
    /// Takes the function out: no thread calls it from now on, but one that is calling it goes on.
    pub fn remove(self) {
        observe::remove(&self.0);
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook").finish_non_exhaustive()
    }
}

// Nothing in it changes.
impl UnwindSafe for Hook {}
impl RefUnwindSafe for Hook {}
