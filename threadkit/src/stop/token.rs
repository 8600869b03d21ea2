//! [`StopToken`]: a stop request for code that has no thread.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use super::{StopState, Stopped, sleep_on};
use crate::current::current_thread;
use crate::thread::Thread;
use crate::thread::record::Record;

/// A stop request apart from any thread: for a task of an async runtime, a parser, a search that is
/// handed something to look at. Also the stop request of a thread, for such code to share:
/// [`StopToken::current`], and `StopToken::from(&thread)`.
///
/// Clones are of the same request. A request is never taken back.
///
/// # Examples
///
/// A search that stops for whichever token it is given:
///
/// ```
/// use std::time::Duration;
/// use threadkit::{StopToken, Stopped};
///
/// fn search(stop: &StopToken) -> Result<u64, Stopped> {
///     for candidate in 0.. {
///         stop.check()?;
///         if candidate * candidate == 144 {
///             return Ok(candidate);
///         }
///     }
///     unreachable!()
/// }
///
/// let stop = StopToken::new();
/// assert_eq!(search(&stop), Ok(12));
/// stop.request_stop();
/// assert_eq!(search(&stop), Err(Stopped));
///
/// // On a thread, for the thread's own:
/// let thread = threadkit::spawn(|| search(&StopToken::current()));
/// assert_eq!(thread.value().unwrap(), Ok(12));
/// ```
///
/// One request for threads and other code alike:
///
/// ```
/// use std::time::Duration;
/// use threadkit::{StopToken, spawn, sleep};
///
/// let stop = StopToken::new();
/// let thread = spawn(|| sleep(Duration::MAX));
/// stop.on_stop({
///     let thread = thread.clone();
///     move || thread.request_stop()
/// });
/// stop.request_stop();
/// assert!(thread.value().unwrap().is_err());
/// ```
#[derive(Clone)]
#[doc(alias = "CancellationToken")]
pub struct StopToken(Arc<dyn HasStopState>);

/// A thread's record, or a state alone.
trait HasStopState: Send + Sync {
    fn stop_state(&self) -> &StopState;
    fn request_stop(&self);
}

impl HasStopState for StopState {
    fn stop_state(&self) -> &StopState {
        self
    }

    fn request_stop(&self) {
        self.request(|| ());
    }
}

impl HasStopState for Record {
    fn stop_state(&self) -> &StopState {
        self.stop()
    }

    fn request_stop(&self) {
        self.request_stop();
    }
}

impl StopToken {
    /// A new request, which belongs to no thread.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(StopState::default()))
    }

    /// That of the current thread: it is requested when the thread is asked to stop, and the thread is
    /// asked to stop when it is requested.
    #[must_use]
    pub fn current() -> Self {
        Self::from(&current_thread())
    }

    /// Requests the stop: wakes those in [`sleep`](Self::sleep), and runs the callbacks of
    /// [`on_stop`](Self::on_stop) here. The second time it does nothing.
    pub fn request_stop(&self) {
        self.0.request_stop();
    }

    /// Whether the stop was requested.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.0.stop_state().is_requested()
    }

    /// [`stop_requested`](Self::stop_requested) for use with `?`.
    ///
    /// # Errors
    ///
    /// [`Stopped`], if the stop was requested.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.stop_requested() { Err(Stopped) } else { Ok(()) }
    }

    /// Calls `f` when the stop is requested, as [`threadkit::on_stop`](crate::on_stop) does: once, on the
    /// thread that requests it, or here and now if that is past.
    pub fn on_stop(&self, f: impl FnOnce() + Send + 'static) {
        self.0.stop_state().on_stop(Box::new(f));
    }

    /// Sleeps until this stop is requested, for at most `duration`; a duration too long to end is a wait
    /// for the stop alone.
    ///
    /// Where the token is not the current thread's, a stop requested of that does not wake it.
    ///
    /// # Errors
    ///
    /// [`Stopped`], if the stop was requested before or meanwhile.
    pub fn sleep(&self, duration: Duration) -> Result<(), Stopped> {
        sleep_on(self.0.stop_state(), current_thread().record(), duration)
    }
}

impl Default for StopToken {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> From<&Thread<C>> for StopToken {
    fn from(thread: &Thread<C>) -> Self {
        Self(thread.record_arc().clone())
    }
}

impl fmt::Debug for StopToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requested = self.stop_requested();
        f.debug_struct("StopToken").field("stop_requested", &requested).finish_non_exhaustive()
    }
}

// A flag, and callbacks that are taken out before they run: a panic leaves nothing half-done.
impl UnwindSafe for StopToken {}
impl RefUnwindSafe for StopToken {}
