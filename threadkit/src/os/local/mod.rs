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
/// # Safety
///
/// No frame below the caller's holds a reference into one of this thread's values: no closure of `with` is on the
/// stack. So it is when `run` has returned or unwound, and when std destroys the thread's data, which it does from the
/// outermost frame. (`process::exit` inside of a closure does so earlier, but never returns to it.)
pub(crate) unsafe fn destroy() {
    // SAFETY: the caller's, who holds none itself.
    let at_end = unsafe { AtEnd::promise() };
    while let Some(last) = thread::pop() {
        last.end(&at_end);
    }
}
