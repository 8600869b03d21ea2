//! Asking a thread to stop, and waking it so that it hears.

use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::current::with_current;
use crate::excepthook;
use crate::quiet;
use crate::thread::Thread;
use crate::thread::record::Pause;

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

impl Error for Stopped {}

/// Whether a stop was requested of the current thread, see
/// [`Thread::request_stop`](crate::Thread::request_stop).
#[must_use]
pub fn stop_requested() -> bool {
    with_current(Thread::stop_requested)
}

/// Sleeps, and wakes early when a stop is requested of the current thread.
///
/// The thread sleeps at least as long as `duration` says, on the monotonic clock; a duration too long
/// to end is a wait for the stop alone.
///
/// # Errors
///
/// [`Stopped`], if a stop was requested before or meanwhile. `threadkit::sleep(d)?` in `run` is an
/// orderly end.
pub fn sleep(duration: Duration) -> Result<(), Stopped> {
    let deadline = Instant::now().checked_add(duration);
    let thread = crate::current_thread();
    let _paused = thread.record().begin_pause(Pause::Sleep);
    thread.record().stop.sleep_until(deadline)
}

/// Has `f` called when a stop is requested of the current thread: to wake it from what the crate
/// does not know of, such as a socket, a channel or a poller.
///
/// `f` runs once, on the thread that calls [`request_stop`](crate::Thread::request_stop) first, or
/// here and now if that is past. A panic of `f` is reported, and ends nothing else.
pub fn on_stop(f: impl FnOnce() + Send + 'static) {
    with_current(|thread| thread.record().stop.on_stop(Box::new(f)));
}

pub(crate) type StopCallback = Box<dyn FnOnce() + Send>;

/// What a [`Record`](crate::thread::record::Record) keeps for stopping its thread.
pub(crate) struct StopState {
    requested: AtomicBool,
    wake: Mutex<Wake>,
    /// With `wake`: a stop was requested.
    stopped: Condvar,
}

struct Wake {
    callbacks: Vec<StopCallback>,
    /// Absent until the thread has begun.
    thread: Option<thread::Thread>,
    /// An `unpark` came before the thread had begun.
    unparked: bool,
}

impl StopState {
    pub(crate) fn new() -> Self {
        Self {
            requested: AtomicBool::new(false),
            wake: Mutex::new(Wake { callbacks: Vec::new(), thread: None, unparked: false }),
            stopped: Condvar::new(),
        }
    }

    pub(crate) fn is_requested(&self) -> bool {
        // Acquire, paired with the Release in `request`: who sees the request sees what led to it.
        self.requested.load(Ordering::Acquire)
    }

    pub(crate) fn request(&self) {
        let mut wake = self.wake.lock();
        // Release: see `is_requested`. Under the lock, so that no callback and no sleeper misses it.
        if self.requested.swap(true, Ordering::Release) {
            return;
        }
        let callbacks = std::mem::take(&mut wake.callbacks);
        drop(wake);
        self.stopped.notify_all();
        self.unpark();
        callbacks.into_iter().for_each(call);
    }

    pub(crate) fn on_stop(&self, callback: StopCallback) {
        let mut wake = self.wake.lock();
        if self.is_requested() {
            drop(wake);
            call(callback);
        } else {
            wake.callbacks.push(callback);
        }
    }

    fn sleep_until(&self, deadline: Option<Instant>) -> Result<(), Stopped> {
        let mut wake = self.wake.lock();
        while !self.is_requested() {
            let Some(deadline) = deadline else {
                self.stopped.wait(&mut wake);
                continue;
            };
            if self.stopped.wait_until(&mut wake, deadline).timed_out() {
                return if self.is_requested() { Err(Stopped) } else { Ok(()) };
            }
        }
        Err(Stopped)
    }

    /// Called by the thread itself, before user code: from now on `unpark` reaches it.
    pub(crate) fn begin(&self, thread: thread::Thread) {
        let mut wake = self.wake.lock();
        let unparked = std::mem::take(&mut wake.unparked);
        let thread = wake.thread.insert(thread);
        if unparked {
            thread.unpark();
        }
    }

    pub(crate) fn unpark(&self) {
        let mut wake = self.wake.lock();
        match &wake.thread {
            Some(thread) => thread.unpark(),
            None => wake.unparked = true,
        }
    }
}

fn call(callback: StopCallback) {
    if let Err(payload) = quiet::caught(callback) {
        excepthook::guest_panicked(payload);
    }
}
