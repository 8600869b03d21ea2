//! All that speaks to the system, and nearly all `unsafe` code: ARCHITECTURE.md lists the rest.
#![allow(unsafe_code)]

pub(crate) mod borrow;
pub(crate) mod local;
pub(crate) mod seat;

#[cfg(not(threadkit_model))]
pub(crate) mod process;
#[cfg(feature = "stacks")]
pub(crate) mod stacks;
#[cfg(not(threadkit_model))]
pub(crate) mod stderr;
#[cfg(not(threadkit_model))]
pub(crate) mod thread;
#[cfg(not(threadkit_model))]
pub(crate) mod unwind;

#[cfg(threadkit_model)]
mod model;
#[cfg(threadkit_model)]
#[allow(dead_code)] // what the model answers for itself
#[path = "thread.rs"]
mod system_thread;
#[cfg(threadkit_model)]
pub(crate) use model::{process, stderr, thread, unwind};
