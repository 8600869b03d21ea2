//! The locks of `parking_lot`, as far as the runtime uses them.

use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Instant;

use super::statics::lock;
use crate::sync::raw::{Of, RawCondvar, RawLock};
use crate::time::since_base;

/// As `parking_lot`'s.
#[derive(Debug)]
pub struct Mutex<T> {
    raw: RawLock,
    value: std::sync::Mutex<T>,
}

/// As `parking_lot`'s.
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// Absent only while a [`Condvar`] has it.
    value: Option<std::sync::MutexGuard<'a, T>>,
}

impl<T> Mutex<T> {
    /// As `parking_lot`'s.
    pub const fn new(value: T) -> Self {
        Self { raw: RawLock::new(Of::Runtime), value: std::sync::Mutex::new(value) }
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.raw.lock(false, "a lock of threadkit's", Location::caller());
        MutexGuard { mutex: self, value: Some(lock(&self.value)) }
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let locked = self.raw.try_lock(false, "a lock of threadkit's", Location::caller());
        locked.then(|| MutexGuard { mutex: self, value: Some(lock(&self.value)) })
    }

    /// As `parking_lot`'s.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// As `parking_lot`'s.
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
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
        self.value.as_ref().expect("locked")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("locked")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        drop(self.value.take());
        self.mutex.raw.unlock(false);
    }
}

impl<T> MutexGuard<'_, T> {
    /// Calls `f` without the lock.
    #[track_caller]
    pub fn unlocked<R>(this: &mut Self, f: impl FnOnce() -> R) -> R {
        let mutex = this.mutex;
        drop(this.value.take());
        mutex.raw.unlock(false);
        let result = f();
        mutex.raw.lock(false, "a lock of threadkit's", Location::caller());
        this.value = Some(lock(&mutex.value));
        result
    }
}

/// As `parking_lot`'s; no thread of the runtime locks it twice.
#[derive(Debug)]
pub struct ReentrantMutex<T>(Mutex<T>);

impl<T> ReentrantMutex<T> {
    /// As `parking_lot`'s.
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock()
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock()
    }

    /// As `parking_lot`'s.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

/// As `parking_lot`'s.
#[derive(Debug)]
pub struct Condvar(RawCondvar);

/// As `parking_lot`'s.
#[must_use]
#[derive(Clone, Copy, Debug)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub(super) const NOTIFIED: Self = Self(false);

    /// As `parking_lot`'s.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}

impl Condvar {
    /// As `parking_lot`'s.
    pub const fn new() -> Self {
        Self(RawCondvar::new(Of::Runtime))
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        let _ = self.wait_for(guard, None);
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn wait_while<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(guard) {
            self.wait(guard);
        }
    }

    /// As `parking_lot`'s.
    #[track_caller]
    pub fn wait_until<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        self.wait_for(guard, Some(deadline))
    }

    #[track_caller]
    fn wait_for<T>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        deadline: Option<Instant>,
    ) -> WaitTimeoutResult {
        let mutex = guard.mutex;
        drop(guard.value.take());
        let woken = self.0.wait(&mutex.raw, Location::caller(), deadline.map(since_base));
        guard.value = Some(lock(&mutex.value));
        WaitTimeoutResult(!woken)
    }
}
