//! As `lasting.rs`, where the compiler has thread-locals: std's are like that if what they hold has no `Drop`.

use std::cell::Cell;

use crate::base::primitive::thread_local;

pub use crate::base::primitive::thread::LocalKey as LastingKey;
pub use crate::base::primitive::thread_local as lasting;

thread_local! {
    static OVER: Cell<bool> = const { Cell::new(false) };
}

/// Whether a guard has ended the thread's values.
pub(crate) fn is_over() -> bool {
    OVER.get()
}

/// A guard has ended the thread's values. Nothing is to be freed: it is the thread's own memory.
pub(crate) fn set_over() {
    OVER.set(true);
}
