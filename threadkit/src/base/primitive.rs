//! The threads, locks, atomics and thread-locals that the runtime is built on, all from one place: a model
//! puts its own here, whose every step it schedules, and so explores the code that ships.

#[cfg(threadkit_model)]
#[path = "../../../tests/models/primitive/mod.rs"]
pub mod model;

#[cfg(threadkit_model)]
pub(crate) use model::{global, panic, parking_lot, sync, thread};

#[cfg(threadkit_model)]
pub use model::thread_local;

#[cfg(not(threadkit_model))]
pub(crate) use ::{parking_lot, std::panic, std::sync, std::thread};

#[cfg(not(threadkit_model))]
pub use std::thread_local;

/// Declares statics, which a model has anew in each execution.
#[cfg(not(threadkit_model))]
macro_rules! global {
    ($($statics:item)*) => { $($statics)* };
}

#[cfg(not(threadkit_model))]
pub(crate) use global;
