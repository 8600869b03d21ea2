//! What is known of every thread, whatever its class: no handle, no class, no hook.

pub(crate) mod backtrace;
pub(crate) mod cycle;
pub(crate) mod end;
pub(crate) mod exception;
mod flags;
pub(crate) mod graph;
pub(crate) mod observe;
pub(crate) mod open_scope;
pub(crate) mod pause;
mod rare;
pub(crate) mod record;
pub(crate) mod registry;
pub(crate) mod stop;
