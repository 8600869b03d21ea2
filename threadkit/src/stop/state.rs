//! [`StopState`]: a stop request, and who is to hear of it.

use std::mem;
use std::time::Instant;

use super::Stopped;
use crate::excepthook;
use crate::primitive::parking_lot::{Condvar, Mutex};
use crate::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::quiet;

pub(crate) type StopCallback = Box<dyn FnOnce() + Send>;

/// A stop request, and who is to hear of it.
#[derive(Default)]
pub(crate) struct StopState {
    requested: AtomicBool,
    callbacks: Mutex<Vec<StopCallback>>,
    /// With the callbacks' lock: a stop was requested, or what somebody waits for may have come.
    woken: Condvar,
}

impl StopState {
    pub(crate) fn is_requested(&self) -> bool {
        // Acquire, paired with the Release in `request`: who sees the request sees what led to it.
        self.requested.load(Ordering::Acquire)
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
        callbacks.into_iter().for_each(call);
    }

    pub(crate) fn on_stop(&self, callback: StopCallback) {
        let mut callbacks = self.callbacks.lock();
        if self.is_requested() {
            drop(callbacks);
            call(callback);
        } else {
            callbacks.push(callback);
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
        self.callbacks.get_mut().drain(..).for_each(quiet::drop);
    }
}

fn call(callback: StopCallback) {
    if let Err(payload) = quiet::caught(callback) {
        excepthook::guest_panicked(payload);
    }
}
