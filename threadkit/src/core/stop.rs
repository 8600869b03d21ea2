//! [`StopState`]: a stop request, and who is to hear of it.

use std::error::Error;
use std::fmt;
use std::io;
use std::mem;
use std::time::Instant;

use crate::base::guest;
use crate::base::primitive::parking_lot::{Condvar, Mutex};
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};

/// A thread was asked to stop. As an error of `run` it is an orderly end, not a failure.
///
/// It counts wherever it stands in the error's chain of sources: boxed, with `anyhow`'s context,
/// behind `thiserror`'s `#[from]`. Then nothing is reported, [`join`](crate::Thread::join) is `Ok`,
/// and [`value`](crate::Thread::value) still hands the `Err` out.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Stopped, sleep};
///
/// # fn main() -> std::io::Result<()> {
/// let ticker = threadkit::Target::fallible(|| -> Result<(), Stopped> {
///     loop {
///         sleep(Duration::from_secs(3600))?;
///     }
/// })
/// .start()?;
/// ticker.request_stop();
/// ticker.join().expect("an orderly end");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread was asked to stop")
    }
}

impl Error for Stopped {
    /// What led to the stop. A wrapper that is transparent (`#[error(transparent)]`) has no other
    /// source than this, and `Stopped` itself does not stand in its chain.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Request)
    }
}

/// So that `?` works in a `run` that returns [`io::Result`]: it is an orderly end there, too. The kind is
/// [`Other`](io::ErrorKind::Other), since code that reads and writes retries what was `Interrupted`.
impl From<Stopped> for io::Error {
    fn from(stopped: Stopped) -> Self {
        Self::other(stopped)
    }
}

/// The source of a [`Stopped`], and of nothing else.
#[derive(Debug)]
pub(crate) struct Request;

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("request_stop() was called")
    }
}

impl Error for Request {}

pub(crate) type StopCallback = Box<dyn FnOnce() + Send>;

/// A stop request, and who is to hear of it.
#[derive(Default)]
pub(crate) struct StopState {
    requested: AtomicBool,
    /// The thread has ended by it, with an `Err` that says so.
    heeded: AtomicBool,
    callbacks: Mutex<Vec<StopCallback>>,
    /// With the callbacks' lock: a stop was requested, or what somebody waits for may have come.
    woken: Condvar,
}

impl StopState {
    pub(crate) fn is_requested(&self) -> bool {
        // Acquire, paired with the Release in `request`: who sees the request sees what led to it.
        self.requested.load(Ordering::Acquire)
    }

    /// The thread has ended by the request; set before the thread is over.
    pub(crate) fn set_heeded(&self) {
        self.heeded.store(true, Ordering::Relaxed); // Relaxed: that the thread is over orders it
    }

    pub(crate) fn is_heeded(&self) -> bool {
        self.heeded.load(Ordering::Relaxed) // as in `set_heeded`
    }

    /// The first request wakes who sleeps, unparks the thread, and calls the callbacks.
    pub(crate) fn request(&self, unpark: impl FnOnce()) {
        let mut lock = self.callbacks.lock();
        // Release: see `is_requested`. Under the lock, so that no callback and no sleeper misses it.
        if self.requested.swap(true, Ordering::Release) {
            return;
        }
        let callbacks = mem::take(&mut *lock);
        drop(lock);
        self.woken.notify_all();
        unpark();
        callbacks.into_iter().for_each(guest::call);
    }

    pub(crate) fn on_stop(&self, callback: StopCallback) {
        let mut callbacks = self.callbacks.lock();
        if self.is_requested() {
            drop(callbacks);
            guest::call(callback);
        } else {
            callbacks.push(callback);
        }
    }

    /// Takes the callbacks back.
    pub(crate) fn take_callbacks(&self) -> Vec<StopCallback> {
        mem::take(&mut *self.callbacks.lock())
    }

    /// Waits until `done`, or until `deadline`; says which it was. `done` is asked again after each
    /// [`nudge`](Self::nudge).
    pub(crate) fn wait_until(
        &self,
        deadline: Option<Instant>,
        done: impl Fn() -> bool,
    ) -> Result<bool, Stopped> {
        let mut lock = self.callbacks.lock();
        let mut timed_out = false;
        loop {
            // In this order: where the stop came before what was waited for, it is the stop that counts.
            let done = done();
            if self.is_requested() {
                return Err(Stopped);
            }
            if done || timed_out {
                return Ok(done);
            }
            timed_out = if let Some(deadline) = deadline {
                self.woken.wait_until(&mut lock, deadline).timed_out()
            } else {
                self.woken.wait(&mut lock);
                false
            };
        }
    }

    /// Has those in [`wait_until`](Self::wait_until) look again at what they wait for.
    pub(crate) fn nudge(&self) {
        // Whoever has looked before is asleep once the lock is free.
        drop(self.callbacks.lock());
        self.woken.notify_all();
    }
}

/// A callback that was never called is dropped where the last handle goes, which may be a thread's
/// last destructor: what it captured is the user's, and its `Drop` may panic.
impl Drop for StopState {
    fn drop(&mut self) {
        self.callbacks.get_mut().drain(..).for_each(guest::drop);
    }
}
