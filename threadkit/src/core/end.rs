//! [`End`]: the end of a thread, and those who wait for it.

use std::mem;
use std::task::Waker;
use std::time::Instant;

use slab::Slab;

use crate::base::clock;
use crate::base::condvar::Condvar;
use crate::base::guest;
use crate::base::primitive::parking_lot::{Mutex, MutexGuard};
use crate::base::primitive::sync::atomic::{AtomicU8, Ordering};
use crate::base::primitive::thread::{JoinHandle, Thread};

/// The end of a thread, and those who wait for it.
///
/// A flag alone would not do: it can be set only while the thread still runs. The first who waits
/// without a timeout therefore waits for the system's thread, at the cost of std's join; the
/// others wait for the flag, which the thread's last destructor sets.
pub(crate) struct End {
    waits: Mutex<Waits>,
    reached: Condvar,
}

struct Waits {
    /// Joined by the first waiter.
    system: Option<JoinHandle<()>>,
    /// To unpark it; absent until the thread has begun.
    thread: Option<Thread>,
    /// The tasks that await the end, if ever one did.
    wakers: Option<Box<Slab<Waker>>>,
}

/// The tasks that awaited the end, which has been reached.
pub(crate) struct Wakers(Option<Box<Slab<Waker>>>);

impl Wakers {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Outside of any lock, and caught: a waker is the code of whoever wrote the executor.
    #[inline]
    pub(crate) fn wake(self) {
        let Some(wakers) = self.0 else { return };
        wakers.into_iter().for_each(|(_, waker)| guest::call(|| waker.wake()));
    }
}

/// The place of a task's waker.
pub(crate) type WakerKey = usize;

impl End {
    pub(crate) fn new() -> Self {
        let waits = Waits { system: None, thread: None, wakers: None };
        Self { waits: Mutex::new(waits), reached: Condvar::new() }
    }

    /// Stores the join handle for the first waiter. A thread that is over already has no use for it: dropping it lets
    /// the system's thread go.
    pub(crate) fn set_join_handle(&self, handle: JoinHandle<()>, is_over: impl FnOnce() -> bool) {
        let mut waits = self.waits.lock();
        if is_over() {
            drop(waits);
            drop(handle);
        } else {
            waits.system = Some(handle);
        }
    }

    /// Stores the handle for `unpark`; unparks at once if that was already asked. Wakes those who wait for the beginning.
    pub(crate) fn set_thread(&self, thread: Thread, is_unparked: impl FnOnce() -> bool) {
        let mut waits = self.waits.lock();
        let thread = waits.thread.insert(thread);
        if is_unparked() {
            thread.unpark();
        }
        drop(waits);
        #[cfg(feature = "stacks")]
        self.reached.notify_all();
    }

    /// Unparks the system's thread, or has that done once it is known. Under the lock, so that it
    /// cannot be missed.
    pub(crate) fn unpark(&self, postpone: impl FnOnce()) {
        match &self.waits.lock().thread {
            Some(thread) => thread.unpark(),
            None => postpone(),
        }
    }

    /// For the models: nothing of the system's is held.
    #[cfg(test)]
    #[allow(dead_code)]
    pub(crate) fn has_let_go(&self) -> bool {
        let waits = self.waits.lock();
        waits.system.is_none() && waits.thread.is_none()
    }

    /// In a fork's child: the system's thread is not there, or is the main thread, and must be
    /// neither joined nor detached, since its memory may already serve another.
    pub(crate) fn forget_system_thread(&self) {
        // A lock that a lost thread holds is held for ever: then nobody else gets at the handle.
        if let Some(mut waits) = self.waits.try_lock() {
            mem::forget(waits.system.take());
        }
    }

    /// Sets a flag and wakes the threads that wait for it. Under the lock, so that nobody who has
    /// seen the flag unset misses the wake-up.
    pub(crate) fn announce(&self, set_flag: impl FnOnce()) {
        let lock = self.waits.lock();
        set_flag();
        drop(lock);
        self.reached.notify_all();
    }

    /// The same for the last flag of all: lets go of the system's thread, too, whoever holds a handle. Nobody joins it
    /// any more: a waiter that has not taken it by now goes by the flag. Gives the tasks that are to be woken.
    #[must_use]
    pub(crate) fn reach(&self, set_flag: impl FnOnce()) -> Wakers {
        let mut lock = self.waits.lock();
        set_flag();
        let (system, thread, wakers) = (lock.system.take(), lock.thread.take(), lock.wakers.take());
        drop(lock);
        self.reached.notify_all();
        drop((system, thread));
        Wakers(wakers)
    }

    /// Keeps `waker` until the end, in the place of the one that `key` says, unless `is_over`.
    pub(crate) fn keep_waker(
        &self,
        key: &mut Option<WakerKey>,
        waker: Waker,
        is_over: impl Fn() -> bool,
    ) -> bool {
        let mut lock = self.waits.lock();
        if is_over() {
            return false;
        }
        let wakers = lock.wakers.get_or_insert_default();
        let replaced = if let Some(key) = *key {
            Some(mem::replace(&mut wakers[key], waker))
        } else {
            *key = Some(wakers.insert(waker));
            None
        };
        drop(lock);
        guest::drop(replaced);
        true
    }

    /// Lets go of a waker, if the end has not taken it.
    pub(crate) fn forget_waker(&self, key: WakerKey) {
        let mut lock = self.waits.lock();
        let waker = lock.wakers.as_mut().and_then(|wakers| wakers.try_remove(key));
        drop(lock);
        guest::drop(waker);
    }

    /// Waits until `is_set`, or until `deadline`; false if that came first. The system's thread stays where it is.
    pub(crate) fn wait_for(&self, deadline: Option<Instant>, is_set: impl Fn() -> bool) -> bool {
        self.wait_locked(&mut self.waits.lock(), deadline, is_set)
    }

    fn wait_locked(
        &self,
        lock: &mut MutexGuard<'_, Waits>,
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
        let mut waits = self.waits.lock();
        // A clock knows who waits for the flag, and nothing of who waits for the system.
        if let Some(handle) = waits.system.take_if(|_| !clock::is_virtual()) {
            drop(waits);
            // `run` is caught, so the system's thread has no panic to hand on.
            let _ = handle.join();
            return;
        }
        self.wait_locked(&mut waits, None, is_over);
    }
}

/// Daemonic: does not hold the process.
pub(super) const DAEMON: u8 = 1;
/// The main thread: of the process, or of a fork's child.
pub(super) const MAIN: u8 = 1 << 1;
/// Not started here.
pub(super) const DUMMY: u8 = 1 << 2;
/// Over, in the sense of the crate's documentation: every join returns.
pub(super) const OVER: u8 = 1 << 3;
/// Left behind in the parent by a fork. Its own locks may be held for ever.
pub(super) const LOST: u8 = 1 << 4;
/// It said that it is ready, see `ready()`.
pub(super) const READY: u8 = 1 << 5;
/// It is sure to begin: the system has taken it.
pub(super) const TAKEN: u8 = 1 << 6;
/// An `unpark` came before the system's thread was known.
pub(super) const UNPARKED: u8 = 1 << 7;

/// What is true of a thread. A flag that is set stays set.
pub(super) struct Flags(AtomicU8);

impl Flags {
    pub(super) fn new(flags: u8) -> Self {
        Self(AtomicU8::new(flags))
    }

    /// Whether one of `flags` is set. Acquire, paired with the Release in `set`: who sees the thread over
    /// sees what it did.
    #[inline]
    pub(super) fn is(&self, flags: u8) -> bool {
        self.0.load(Ordering::Acquire) & flags != 0
    }

    /// Release, paired with the Acquire in `is`.
    pub(super) fn set(&self, flags: u8) {
        self.0.fetch_or(flags, Ordering::Release);
    }
}
