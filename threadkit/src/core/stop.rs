//! [`StopState`]: a stop request, and who is to hear of it.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::mem;
use std::time::Instant;

use crate::base::condvar::Condvar;
use crate::base::guest;
use crate::base::ident::{self, Runner};
use crate::base::primitive::parking_lot::Mutex;
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
    callbacks: Mutex<Callbacks>,
    /// With the callbacks' lock: a stop was requested, what somebody waits for may have come, or a call is over.
    woken: Condvar,
}

/// What is called when the stop is requested.
#[derive(Default)]
struct Callbacks {
    /// In the order of their registration.
    registered: VecDeque<Registered>,
    /// How many there were.
    count: u64,
    /// The one that is being called. In a box, since few ever are, and every sleeping thread has room for it.
    called: Option<Box<Called>>,
}

struct Registered {
    key: CallbackKey,
    by: Registrar,
    callback: StopCallback,
}

/// A callback that was taken off the list to be called. It is over when the caller says so, or when a fork has left
/// the caller behind.
struct Called {
    key: CallbackKey,
    on: Runner,
    forks: u64,
}

/// Which callback of a [`StopState`] it is.
pub(crate) type CallbackKey = u64;

/// Who registered a callback.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Registrar {
    /// The thread that is asked to stop: it goes with the thread.
    Thread,
    /// Somebody else: it goes with the last handle.
    Other,
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
        let callbacks = self.callbacks.lock();
        // Release: see `is_requested`. Under the lock, so that no callback and no sleeper misses it.
        if self.requested.swap(true, Ordering::Release) {
            return;
        }
        drop(callbacks);
        self.woken.notify_all();
        unpark();
        while let Some(callback) = self.next_to_call() {
            guest::call(callback);
        }
    }

    /// Takes the next callback off the list. The one before it has been called.
    fn next_to_call(&self) -> Option<StopCallback> {
        let on = ident::runner();
        let mut callbacks = self.callbacks.lock();
        let called = callbacks.called.take();
        let next = callbacks.registered.pop_front().map(|next| {
            callbacks.called = Some(Box::new(Called { key: next.key, on, forks: ident::forks() }));
            next.callback
        });
        drop(callbacks);
        if called.is_some() {
            self.woken.notify_all();
        }
        next
    }

    /// Registers a callback, or calls it if the stop was requested.
    pub(crate) fn on_stop(&self, by: Registrar, callback: StopCallback) -> CallbackKey {
        let mut callbacks = self.callbacks.lock();
        callbacks.count += 1;
        let key = callbacks.count;
        if self.is_requested() {
            drop(callbacks);
            guest::call(callback);
        } else {
            callbacks.registered.push_back(Registered { key, by, callback });
        }
        key
    }

    /// Takes a callback back. Where another thread is calling it, this waits until the call is over: from then on
    /// nothing of the callback is in use. Where this thread is calling it, the call goes on.
    pub(crate) fn take_back(&self, key: CallbackKey) {
        let mut callbacks = self.callbacks.lock();
        let place = callbacks.registered.iter().position(|registered| registered.key == key);
        if let Some(taken) = place.and_then(|place| callbacks.registered.remove(place)) {
            drop(callbacks);
            return guest::drop(taken.callback);
        }
        let current = ident::runner();
        let is_called = |callbacks: &Callbacks| {
            let called = callbacks.called.as_ref().filter(|called| called.key == key);
            called.is_some_and(|called| called.on != current && called.forks == ident::forks())
        };
        while is_called(&callbacks) {
            self.woken.wait(&mut callbacks);
        }
    }

    /// Whether there are callbacks that were not called.
    pub(crate) fn has_callbacks(&self) -> bool {
        !self.callbacks.lock().registered.is_empty()
    }

    /// Takes all callbacks back that were not called.
    pub(crate) fn take_callbacks(&self) -> Vec<StopCallback> {
        let registered = mem::take(&mut self.callbacks.lock().registered);
        registered.into_iter().map(|registered| registered.callback).collect()
    }

    /// The thread is over: what it registered itself goes. Once a stop is requested, all is called, and is the
    /// requester's.
    pub(crate) fn forget_own(&self) {
        let mut callbacks = self.callbacks.lock();
        if self.is_requested() {
            return;
        }
        let is_own = |registered: &Registered| registered.by == Registrar::Thread;
        if !callbacks.registered.iter().any(is_own) {
            return;
        }
        let (own, others) = mem::take(&mut callbacks.registered).into_iter().partition(is_own);
        callbacks.registered = others;
        drop(callbacks);
        let own: VecDeque<_> = own;
        for registered in own {
            guest::drop(registered.callback);
        }
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
        let registered = mem::take(&mut self.callbacks.get_mut().registered);
        for registered in registered {
            guest::drop(registered.callback);
        }
    }
}
