//! What the runtime of threadkit is built on in a build with the cfg, in the place of std's and `parking_lot`'s
//! primitives; and what the report asks of it. It is private to the two crates.
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "the interfaces are std's and `parking_lot`'s, for the runtime alone"
)]

pub mod atomic;
pub mod panic;
pub mod parking_lot;
pub mod statics;
pub mod sync;
pub mod system;
pub mod thread;

use crate::engine::{self, Unheard, with};

/// What the runtime is asked when a schedule fails.
#[derive(Debug)]
pub struct Runtime {
    /// The table of its threads.
    pub table: fn() -> String,
    /// The name of the thread with this id of the system, and what it waits for.
    pub standing: fn(u64) -> Option<(String, Option<String>)>,
}

/// Tells of the runtime, in each execution.
pub fn install(runtime: &'static Runtime) {
    with(|execution| execution.runtime = Some(runtime));
}

/// A thread has failed, which `text` tells; whoever takes it says so by [`heard`].
pub fn failed(key: u64, text: String) {
    let panicked = with(|execution| {
        let current = execution.current;
        execution.tasks[current].panic.take().is_some()
    });
    if !panicked {
        engine::report_here();
    }
    with(|execution| {
        let table = execution.table.clone();
        execution.unheard.push(Unheard { key, text, table });
    });
}

/// Somebody has taken the failure.
pub fn heard(key: u64) {
    engine::try_with(|execution| execution.unheard.retain(|unheard| unheard.key != key));
}

/// What was written to stderr in this execution.
#[must_use]
pub fn written() -> String {
    with(|execution| execution.written.clone())
}

pub use crate::time::now;
