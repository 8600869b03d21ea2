//! [`End`]: the end of a thread, and those who wait for it.

use std::mem;
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::{Condvar, Mutex, MutexGuard};

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

    /// Sets a flag and wakes those who wait for it. Under the lock, so that nobody who has seen
    /// the flag unset misses the wake-up.
    pub(crate) fn announce(&self, set_flag: impl FnOnce()) {
        let lock = self.system.lock();
        set_flag();
        drop(lock);
        self.reached.notify_all();
    }

    /// Waits until `is_set`, or until `deadline`. The system's thread stays where it is.
    pub(crate) fn wait_for(&self, deadline: Option<Instant>, is_set: impl Fn() -> bool) {
        self.wait_locked(&mut self.system.lock(), deadline, is_set);
    }

    /// The same under the lock; false if the deadline came first.
    fn wait_locked<T>(
        &self,
        lock: &mut MutexGuard<'_, T>,
        deadline: Option<Instant>,
        is_set: impl Fn() -> bool,
    ) -> bool {
        while !is_set() {
            match deadline {
                None => self.reached.wait(lock),
                Some(deadline) if self.reached.wait_until(lock, deadline).timed_out() => {
                    return is_set();
                }
                Some(_) => {}
            }
        }
        true
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
        self.wait_locked(&mut system, None, is_over);
    }

    /// The same until `deadline`; false if that came first.
    pub(crate) fn wait_until(&self, deadline: Instant, is_over: impl Fn() -> bool) -> bool {
        let mut system = self.system.lock();
        if !self.wait_locked(&mut system, Some(deadline), is_over) {
            return false;
        }
        // Over: nobody will wait for the system's thread, and it need not be kept for that.
        let handle = system.take();
        drop(system);
        drop(handle);
        true
    }
}
