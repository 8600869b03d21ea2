//! [`Mutex`] and [`Condvar`].

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::raw::{Of, RawCondvar, RawLock, deadline};
use crate::thread::panicking;
use crate::time::Duration;

/// As [`std::sync::Mutex`].
pub struct Mutex<T: ?Sized> {
    raw: RawLock,
    // Relaxed, here and below: the threads of a schedule take turns.
    poisoned: AtomicBool,
    value: std::sync::Mutex<T>,
}

/// As [`std::sync::MutexGuard`].
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    /// Absent only while it is let go of.
    value: Option<std::sync::MutexGuard<'a, T>>,
    panicking: bool,
}

impl<T> Mutex<T> {
    /// As std's.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self {
            raw: RawLock::new(Of::Test),
            poisoned: AtomicBool::new(false),
            value: std::sync::Mutex::new(value),
        }
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is poisoned.
    pub fn into_inner(self) -> LockResult<T> {
        let value = self.value.into_inner().unwrap_or_else(PoisonError::into_inner);
        if self.poisoned.into_inner() { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

impl<T: ?Sized> Mutex<T> {
    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is poisoned.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        self.raw.lock(false, "Mutex::lock", Location::caller());
        self.guard()
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is locked, or poisoned.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        if self.raw.try_lock(false, "Mutex::try_lock", Location::caller()) {
            Ok(self.guard()?)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// As std's.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.load(Relaxed)
    }

    /// As std's.
    pub fn clear_poison(&self) {
        self.poisoned.store(false, Relaxed);
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is poisoned.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        let poisoned = self.is_poisoned();
        let value = self.value.get_mut().unwrap_or_else(PoisonError::into_inner);
        if poisoned { Err(PoisonError::new(value)) } else { Ok(value) }
    }

    /// It is locked.
    fn guard(&self) -> LockResult<MutexGuard<'_, T>> {
        let guard = MutexGuard { mutex: self, value: Some(self.value()), panicking: panicking() };
        if self.is_poisoned() { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }

    /// Nobody else has it.
    fn value(&self) -> std::sync::MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("locked")
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("locked")
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if !self.panicking && panicking() {
            self.mutex.poisoned.store(true, Relaxed);
        }
        drop(self.value.take());
        self.mutex.raw.release(false);
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

/// As [`std::sync::Condvar`].
#[derive(Debug)]
pub struct Condvar(RawCondvar);

/// As [`std::sync::WaitTimeoutResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// As std's.
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
    /// As std's.
    #[must_use]
    pub const fn new() -> Self {
        Self(RawCondvar::new(Of::Test))
    }

    /// As std's.
    #[track_caller]
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// As std's.
    #[track_caller]
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    #[track_caller]
    fn wait_until<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        deadline: Option<Duration>,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let mutex = guard.mutex;
        drop(guard.value.take());
        let woken = self.0.wait(&mutex.raw, Location::caller(), deadline);
        guard.value = Some(mutex.value());
        let result = (guard, WaitTimeoutResult(!woken));
        if mutex.is_poisoned() { Err(PoisonError::new(result)) } else { Ok(result) }
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        match self.wait_until(guard, None) {
            Ok((guard, _)) => Ok(guard),
            Err(poisoned) => Err(PoisonError::new(poisoned.into_inner().0)),
        }
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        self.wait_until(guard, deadline(timeout))
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If the mutex is poisoned.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let deadline = deadline(timeout);
        let mut timed_out = false;
        loop {
            if !condition(&mut guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            if timed_out {
                return Ok((guard, WaitTimeoutResult(true)));
            }
            let (again, result) = self.wait_until(guard, deadline)?;
            (guard, timed_out) = (again, result.timed_out());
        }
    }
}
