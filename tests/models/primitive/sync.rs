//! Std's locks, over [`parking_lot`]'s: to the runtime no lock is poisoned.
#![allow(clippy::unnecessary_wraps, reason = "the interface is std's")]

use std::sync::TryLockError;
use std::time::{Duration, Instant};

use shuttle::sync::atomic::{AtomicBool, Ordering::SeqCst};

use super::parking_lot;

pub(crate) use shuttle::sync::atomic;
pub(crate) use std::sync::PoisonError;

pub(crate) use parking_lot::MutexGuard;

type LockResult<T> = Result<T, PoisonError<T>>;

#[derive(Default)]
pub(crate) struct Mutex<T>(parking_lot::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(parking_lot::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(self.0.lock())
    }

    pub(crate) fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError<()>> {
        self.0.try_lock().ok_or(TryLockError::WouldBlock)
    }

    pub(crate) fn into_inner(self) -> LockResult<T> {
        Ok(self.0.into_inner())
    }
}

#[derive(Default)]
pub(crate) struct Condvar(parking_lot::Condvar);

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(parking_lot::Condvar::new())
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }

    pub(crate) fn notify_one(&self) {
        // A wake-up of more than one is spurious for the others, as it may be.
        self.0.notify_all();
    }

    pub(crate) fn wait<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait(&mut guard);
        Ok(guard)
    }

    pub(crate) fn wait_timeout<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, parking_lot::WaitTimeoutResult)> {
        let waited = self.0.wait_until(&mut guard, Instant::now() + timeout);
        Ok((guard, waited))
    }

    pub(crate) fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        self.0.wait_while(&mut guard, condition);
        Ok(guard)
    }

    pub(crate) fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        timeout: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, parking_lot::WaitTimeoutResult)> {
        let deadline = Instant::now() + timeout;
        let mut waited = parking_lot::WaitTimeoutResult::NOTIFIED;
        while condition(&mut guard) && !waited.timed_out() {
            waited = self.0.wait_until(&mut guard, deadline);
        }
        Ok((guard, waited))
    }
}

/// Std's, at which shuttle switches.
pub(crate) struct OnceLock<T> {
    cell: std::sync::OnceLock<T>,
    step: AtomicBool,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> OnceLock<T> {
    pub(crate) const fn new() -> Self {
        Self { cell: std::sync::OnceLock::new(), step: AtomicBool::new(false) }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.step.load(SeqCst);
        self.cell.get()
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        self.step.load(SeqCst);
        self.cell.set(value)
    }

    /// `init` takes no step that is shuttle's: std's cell would have the others wait for it in vain.
    pub(crate) fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        self.step.load(SeqCst);
        self.cell.get_or_init(init)
    }
}
