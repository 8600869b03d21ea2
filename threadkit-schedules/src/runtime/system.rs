//! The system of an execution: one process.

use crate::engine::with;

/// A number, as the kernel's ids are: 1 is the main thread's.
#[must_use]
pub fn native_id() -> u64 {
    with(|execution| execution.current) as u64 + 1
}

/// Has `handler` called at the end of the main thread, behind its thread-locals, where std exits.
pub fn at_exit(handler: fn()) {
    with(|execution| execution.exit_handlers.push(handler));
}

/// What is written to stderr is said only if the schedule fails.
pub fn write(text: &str) {
    with(|execution| execution.written.push_str(text));
}

/// The main thread is over.
pub(crate) fn exit() {
    while let Some(handler) = with(|execution| execution.exit_handlers.pop()) {
        handler();
    }
}
