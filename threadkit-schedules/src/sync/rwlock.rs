//! [`RwLock`].

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::raw::{Of, RawLock};
use crate::thread::panicking;

/// As [`std::sync::RwLock`].
pub struct RwLock<T: ?Sized> {
    raw: RawLock,
    // Relaxed, here and below: the threads of a schedule take turns.
    poisoned: AtomicBool,
    value: std::sync::RwLock<T>,
}

/// As [`std::sync::RwLockReadGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    raw: &'a RawLock,
    /// Absent while it is let go of.
    value: Option<std::sync::RwLockReadGuard<'a, T>>,
}

/// As [`std::sync::RwLockWriteGuard`].
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    /// Absent while it is let go of.
    value: Option<std::sync::RwLockWriteGuard<'a, T>>,
    panicking: bool,
}

impl<T> RwLock<T> {
    /// As std's.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self {
            raw: RawLock::new(Of::Test),
            poisoned: AtomicBool::new(false),
            value: std::sync::RwLock::new(value),
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

impl<T: ?Sized> RwLock<T> {
    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is poisoned.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        self.raw.lock(true, "RwLock::read", Location::caller());
        self.reader()
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is locked by a writer, or poisoned.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        if self.raw.try_lock(true, "RwLock::try_read", Location::caller()) {
            Ok(self.reader()?)
        } else {
            Err(TryLockError::WouldBlock)
        }
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is poisoned.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        self.raw.lock(false, "RwLock::write", Location::caller());
        self.writer()
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is locked, or poisoned.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        if self.raw.try_lock(false, "RwLock::try_write", Location::caller()) {
            Ok(self.writer()?)
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

    fn reader(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let value = self.value.read().unwrap_or_else(PoisonError::into_inner);
        let guard = RwLockReadGuard { raw: &self.raw, value: Some(value) };
        if self.is_poisoned() { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }

    fn writer(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let value = self.value.write().unwrap_or_else(PoisonError::into_inner);
        let guard = RwLockWriteGuard { lock: self, value: Some(value), panicking: panicking() };
        if self.is_poisoned() { Err(PoisonError::new(guard)) } else { Ok(guard) }
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value, f)
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("locked")
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        drop(self.value.take());
        self.raw.release(true);
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect("locked")
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect("locked")
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        if !self.panicking && panicking() {
            self.lock.poisoned.store(true, Relaxed);
        }
        drop(self.value.take());
        self.lock.raw.release(false);
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
