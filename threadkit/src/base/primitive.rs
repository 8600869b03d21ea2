//! The threads, locks, atomics and thread-locals that the runtime is built on, all from one place: a model
//! puts its own here, whose every step it schedules, and so explores the code that ships.

#[cfg(threadkit_model)]
pub(crate) use threadkit_schedules::__global as global;
#[cfg(threadkit_model)]
pub(crate) use threadkit_schedules::runtime::{self as model, panic, parking_lot, sync, thread};

#[cfg(threadkit_model)]
pub use threadkit_schedules::thread_local;

#[cfg(not(threadkit_model))]
pub(crate) use ::{parking_lot, std::panic, std::sync, std::thread};

#[cfg(not(threadkit_model))]
#[allow(unreachable_pub, reason = "`local!` uses it where the compiler has thread-locals")]
pub use std::thread_local;

/// Declares statics, which a model has anew in each execution.
#[cfg(not(threadkit_model))]
macro_rules! global {
    ($($statics:item)*) => { $($statics)* };
}

#[cfg(not(threadkit_model))]
pub(crate) use global;

/// Locks one of std's mutexes, poisoned or not: no user code runs under this crate's locks, and what they guard is
/// changed in steps that do not panic. Std's are used where a fork has to wait for them; see `thread/fork.rs`.
pub(crate) fn lock<T>(mutex: &sync::Mutex<T>) -> sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(sync::PoisonError::into_inner)
}
