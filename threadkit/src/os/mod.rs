//! All that speaks to the system, and the only place with `unsafe` code.
#![allow(unsafe_code)]

pub(crate) mod exit;
pub(crate) mod fork;
pub(crate) mod lifetime;
pub(crate) mod local;
pub(crate) mod scope;
pub(crate) mod thread;
