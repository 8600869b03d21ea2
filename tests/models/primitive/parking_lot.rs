//! `parking_lot`'s locks. Shuttle's know no time: here a timeout comes at any step.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use shuttle::rand::Rng as _;
use shuttle::sync;

/// A timeout that is longer than any test takes: whoever waits for so long has to be woken.
const ENDLESS: Duration = Duration::from_secs(1);

pub(crate) struct Mutex<T>(sync::Mutex<T>);

/// Without the lock only while a [`Condvar`] has it.
pub(crate) struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    lock: Option<sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard { mutex: self, lock: Some(self.acquire()) }
    }

    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let lock = match self.0.try_lock() {
            Ok(lock) => lock,
            Err(sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(sync::TryLockError::WouldBlock) => return None,
        };
        Some(MutexGuard { mutex: self, lock: Some(lock) })
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(sync::PoisonError::into_inner)
    }

    pub(crate) fn into_inner(self) -> T {
        self.0.into_inner().unwrap_or_else(sync::PoisonError::into_inner)
    }

    /// A panic while it is locked poisons shuttle's lock, but not `parking_lot`'s.
    fn acquire(&self) -> sync::MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(sync::PoisonError::into_inner)
    }
}

impl<T> MutexGuard<'_, T> {
    /// Calls `f` without the lock.
    pub(crate) fn unlocked<R>(this: &mut Self, f: impl FnOnce() -> R) -> R {
        drop(this.lock.take());
        let result = f();
        this.lock = Some(this.mutex.acquire());
        result
    }
}

/// No thread of a model locks it twice.
pub(crate) struct ReentrantMutex<T>(Mutex<T>);

impl<T> ReentrantMutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock()
    }

    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock()
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.lock.as_ref().expect("locked")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.lock.as_mut().expect("locked")
    }
}

#[derive(Default)]
pub(crate) struct Condvar {
    condvar: sync::Condvar,
    /// How often it was notified. Std's atomic, at which shuttle does not switch: reading and writing it is
    /// part of the step before.
    notified: AtomicUsize,
}

#[must_use]
pub(crate) struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub(super) const NOTIFIED: Self = Self(false);

    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self { condvar: sync::Condvar::new(), notified: AtomicUsize::new(0) }
    }

    pub(crate) fn notify_all(&self) {
        self.condvar.notify_all();
        self.notified.fetch_add(1, Relaxed);
    }

    pub(crate) fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let lock = guard.lock.take().expect("locked");
        guard.lock = Some(self.condvar.wait(lock).unwrap_or_else(sync::PoisonError::into_inner));
    }

    pub(crate) fn wait_while<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(guard) {
            self.wait(guard);
        }
    }

    /// Waits until it is notified, or until chance says that the time is up.
    pub(crate) fn wait_until<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        if deadline.saturating_duration_since(Instant::now()) > ENDLESS {
            self.wait(guard);
            return WaitTimeoutResult(false);
        }
        drop(guard.lock.take());
        let seen = self.notified.load(Relaxed);
        let timed_out = loop {
            // A step, and no word to the scheduler that others should go first.
            shuttle::thread::sleep(Duration::ZERO);
            if self.notified.load(Relaxed) != seen {
                break false;
            }
            if shuttle::rand::thread_rng().gen_ratio(1, 4) {
                break true;
            }
        };
        guard.lock = Some(guard.mutex.acquire());
        WaitTimeoutResult(timed_out)
    }
}
