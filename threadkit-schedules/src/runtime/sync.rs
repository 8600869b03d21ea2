//! Std's locks, as far as the runtime uses them: to it no lock is poisoned.
#![allow(clippy::unnecessary_wraps, reason = "the interface is std's")]

use std::sync::{LockResult, TryLockError};
use std::time::Duration;

use super::parking_lot;
use crate::sync::raw::Of;
use crate::time::now;

pub use super::atomic;
pub use super::parking_lot::MutexGuard;
pub use std::sync::PoisonError;

/// As std's.
#[derive(Debug, Default)]
pub struct Mutex<T>(parking_lot::Mutex<T>);

impl<T> Mutex<T> {
    /// As std's.
    pub const fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value))
    }

    /// As std's.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(self.0.lock())
    }

    /// As std's.
    #[track_caller]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError<()>> {
        self.0.try_lock().ok_or(TryLockError::WouldBlock)
    }

    /// As std's.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.0.into_inner())
    }
}

/// As std's.
#[derive(Debug, Default)]
pub struct Condvar(parking_lot::Condvar);

impl Condvar {
    /// As std's.
    pub const fn new() -> Self {
        Self(parking_lot::Condvar::new())
    }

    /// As std's.
    #[track_caller]
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// As std's.
    #[track_caller]
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// As std's.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait(&mut guard);
        Ok(guard)
    }

    /// As std's.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, parking_lot::WaitTimeoutResult)> {
        let waited = self.0.wait_until(&mut guard, now() + timeout);
        Ok((guard, waited))
    }

    /// As std's.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait_while(&mut guard, condition);
        Ok(guard)
    }

    /// As std's.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, parking_lot::WaitTimeoutResult)> {
        let deadline = now() + timeout;
        let mut waited = parking_lot::WaitTimeoutResult::NOTIFIED;
        while condition(&mut guard) && !waited.timed_out() {
            waited = self.0.wait_until(&mut guard, deadline);
        }
        Ok((guard, waited))
    }
}

/// As std's.
#[derive(Debug)]
pub struct Once(crate::sync::Once);

impl Default for Once {
    fn default() -> Self {
        Self::new()
    }
}

impl Once {
    /// As std's.
    #[must_use]
    pub const fn new() -> Self {
        Self(crate::sync::Once::with(Of::Runtime))
    }

    /// As std's.
    #[track_caller]
    pub fn call_once(&self, f: impl FnOnce()) {
        self.0.call_once_force(f);
    }

    /// As std's.
    #[must_use]
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.0.is_completed()
    }
}

/// As std's.
#[derive(Debug)]
pub struct OnceLock<T>(crate::sync::OnceLock<T>);

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> OnceLock<T> {
    /// As std's.
    #[must_use]
    pub const fn new() -> Self {
        Self(crate::sync::OnceLock::with(Of::Runtime))
    }

    /// As std's.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// As std's.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        self.0.set(value)
    }

    /// As std's.
    #[track_caller]
    pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(init)
    }
}
