//! Dropping what belongs to users, whose `Drop` may panic.
//!
//! A panic that leaves a detached thread's last drop aborts the process, and so does one
//! that meets another. What this crate drops on a user's behalf it drops here.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::excepthook;

/// Drops `value`; a panic of its `Drop` is reported, and ends here.
pub(crate) fn drop<T>(value: T) {
    if mem::needs_drop::<T>() {
        if let Err(payload) = caught(|| mem::drop(value)) {
            excepthook::guest_panicked(payload);
        }
    }
}

/// Calls `f`, and gives back the payload of its panic.
pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(f))
}
