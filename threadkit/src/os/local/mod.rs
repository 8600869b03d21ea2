//! Thread-local data: the cells, and the one proof their destruction needs.
//!
//! A closure given to `with` holds a plain reference into the value of its thread; nothing counts such references,
//! since that would cost as much as the access itself. What ends a thread's values therefore asks for [`AtEnd`], the
//! promise that none of them is held, and only [`destroy`] makes it.

mod frugal;
mod instance;
mod node;
mod slot;
mod sync;
mod table;
mod thread;

use std::marker::PhantomData;

pub(crate) use instance::Instance;
pub(crate) use slot::State;
pub use slot::{Filled, Slot};
pub(crate) use thread::{Key, arm, heir, push_key};

/// The promise that no closure below on this thread's stack holds a reference into one of its values.
///
/// It cannot leave the thread it was made on, as it speaks of no other.
pub(crate) struct AtEnd(PhantomData<*const ()>);

impl AtEnd {
    /// # Safety
    ///
    /// While the promise exists, this thread's values are reached only from frames above the caller's.
    unsafe fn promise() -> Self {
        Self(PhantomData)
    }
}

/// Destroys all values of the current thread, last initialised first, those initialised meanwhile included.
///
/// Contract: called with no closure of `with` on the stack. The runtime calls it when `run` (or `main`) has returned or
/// unwound, the guard when std destroys the thread's data.
pub(crate) fn destroy() {
    // SAFETY: 1. The callers named above hold no value's reference themselves.
    // 2. Frames of the user's below them are gone: `run` and `main` are over, and std destroys thread-locals from the
    //    outermost frame. (`process::exit` inside of a closure does so earlier, but never returns to it.)
    let at_end = unsafe { AtEnd::promise() };
    while let Some(last) = thread::pop() {
        last.end(&at_end);
    }
}
