//! [`End`]: the end of a thread, and those who wait for it.

use std::mem;
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::{Condvar, Mutex};

/// The end of a thread, and those who wait for it.
///
/// A flag alone would not do: it can be set only while the thread still runs. The first who waits
/// without a timeout therefore waits for the system's thread, at the cost of std's join; the
/// others wait for the flag, which the thread's last destructor sets.
pub(crate) struct End {
    system: Mutex<Option<JoinHandle<()>>>,
    reached: Condvar,
}

impl End {
    pub(crate) fn new() -> Self {
        Self { system: Mutex::new(None), reached: Condvar::new() }
    }

    /// The system's thread, for who waits first.
    pub(crate) fn set_system_thread(&self, handle: JoinHandle<()>) {
        *self.system.lock() = Some(handle);
    }

    /// In a fork's child: the system's thread is not there, or is the main thread, and must be
    /// neither joined nor detached, since its memory may already serve another.
    pub(crate) fn forget_system_thread(&self) {
        // A lock that a lost thread holds is held for ever: then nobody else gets at the handle.
        if let Some(mut system) = self.system.try_lock() {
            mem::forget(system.take());
        }
    }

    /// Sets the flag and wakes those who wait for it. Under the lock, so that nobody who has
    /// seen the flag unset misses the wake-up.
    pub(crate) fn reach(&self, set_flag: impl FnOnce()) {
        let lock = self.system.lock();
        set_flag();
        drop(lock);
        self.reached.notify_all();
    }

    /// Waits until `is_over`, which the caller has seen false.
    pub(crate) fn wait(&self, is_over: impl Fn() -> bool) {
        let mut system = self.system.lock();
        if let Some(handle) = system.take() {
            drop(system);
            // `run` is caught, so the system's thread has no panic to hand on.
            let _ = handle.join();
            return;
        }
        while !is_over() {
            self.reached.wait(&mut system);
        }
    }

    /// The same until `deadline`; false if that came first.
    pub(crate) fn wait_until(&self, deadline: Instant, is_over: impl Fn() -> bool) -> bool {
        let mut system = self.system.lock();
        while !is_over() {
            if self.reached.wait_until(&mut system, deadline).timed_out() {
                return is_over();
            }
        }
        // Over: nobody will wait for the system's thread, and it need not be kept for that.
        let handle = system.take();
        drop(system);
        drop(handle);
        true
    }
}
