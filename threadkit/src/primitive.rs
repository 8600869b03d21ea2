//! The threads, locks, atomics and thread-locals that the runtime is built on, all from one place: a model
//! (`tests/models/`) puts its own here, whose every step it schedules, and so explores the code that ships.

#[cfg(not(threadkit_model))]
pub(crate) use ::{parking_lot, std::sync, std::thread};

#[cfg(not(threadkit_model))]
pub use std::thread_local;

/// Declares statics, which a model has anew in each execution.
#[cfg(not(threadkit_model))]
macro_rules! global {
    ($($statics:item)*) => { $($statics)* };
}

pub(crate) use global;
