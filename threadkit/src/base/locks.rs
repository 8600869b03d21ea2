//! Std's locks, where a fork has to wait for them; see `thread/fork.rs`.

use crate::base::primitive::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, poisoned or not: no user code runs under these locks, and what they guard is changed in
/// steps that do not panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
