//! Dropping what belongs to users, whose `Drop` may panic.
//!
//! A panic that leaves a detached thread's last drop aborts the process, and so does one
//! that meets another. What this crate drops on a user's behalf it drops here.

use std::any::Any;
use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::excepthook;
use crate::primitive::thread_local;

/// How deep payloads of panics may panic in turn when they are dropped.
const DEPTH: u32 = 8;

thread_local! {
    static DROPPING: Cell<u32> = const { Cell::new(0) };
}

/// Drops `value`; a panic of its `Drop` is reported, and ends here.
///
/// The payload of that panic is dropped here too, and may panic with another of its kind, without an
/// end: the one at [`DEPTH`] is leaked.
pub(crate) fn drop<T>(value: T) {
    if !mem::needs_drop::<T>() {
        return;
    }
    let depth = DROPPING.get();
    if depth == DEPTH {
        return mem::forget(value);
    }
    DROPPING.set(depth + 1);
    if let Err(payload) = caught(|| mem::drop(value)) {
        excepthook::guest_panicked(payload);
    }
    DROPPING.set(depth);
}

/// Calls `f`, and gives back the payload of its panic.
pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f))
}
