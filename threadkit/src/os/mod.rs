//! All that speaks to the system, and the only place with `unsafe` code.
#![allow(unsafe_code)]

pub(crate) mod lifetime;
pub(crate) mod local;
pub(crate) mod scope;

#[cfg(not(threadkit_model))]
pub(crate) mod exit;
#[cfg(not(threadkit_model))]
pub(crate) mod fork;
#[cfg(not(threadkit_model))]
pub(crate) mod stderr;
#[cfg(not(threadkit_model))]
pub(crate) mod thread;
#[cfg(not(threadkit_model))]
pub(crate) mod unwind;

#[cfg(threadkit_model)]
#[path = "thread.rs"]
pub(crate) mod system_thread;
#[cfg(threadkit_model)]
pub(crate) use crate::base::primitive::model::os::{exit, fork, stderr, thread, unwind};
