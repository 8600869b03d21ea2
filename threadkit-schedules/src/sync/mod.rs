//! Locks, channels and atomics, with the interfaces of [`std::sync`]. Inside of a schedule another thread may go on
//! before each of their operations.

pub mod atomic;
pub mod mpsc;
mod mutex;
mod once;
pub(crate) mod raw;
mod rwlock;

pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

pub use mutex::{Condvar, Mutex, MutexGuard, WaitTimeoutResult};
pub use once::{Barrier, BarrierWaitResult, LazyLock, Once, OnceLock};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
