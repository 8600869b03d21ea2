//! One `Local` instance: its id, and the values that threads have of it.

use std::sync::Arc;

use super::error::AccessError;
use super::node::{Ends, List, Node};
use super::thread;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicU64, Ordering};

/// An odd number near 2^64 divided by the golden ratio: its multiples differ most in their leading bits, which index
/// the threads' tables. Odd, it maps numbers to ids one to one.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Never used twice, so no table entry of a dead instance is taken for one of a living.
fn next_id() -> u64 {
    global! {
        static COUNT: AtomicU64 = AtomicU64::new(1);
    }
    // Relaxed: only uniqueness counts.
    COUNT.fetch_add(1, Ordering::Relaxed).wrapping_mul(SPREAD)
}

/// The values of an instance; they end with it.
///
/// Invariant: a node bears `id` exactly if it is a `Node<T>` of `list`; and `T: Send`, which [`Instance::new`] alone asks
/// for, so that whoever made it hears of that once.
pub(crate) struct Instance<T: 'static> {
    id: u64,
    list: Arc<List<T>>,
}

impl<T: 'static> Instance<T> {
    /// An instance whose values end with their threads, or else are kept.
    pub(crate) fn new(keeps: bool) -> Self
    where
        T: Send,
    {
        let ends = if keeps { Ends::Keep } else { Ends::Drop };
        Self { id: next_id(), list: List::new(ends) }
    }

    /// Calls `f` with the current thread's value, which `init` makes where there is none.
    #[inline]
    pub(crate) fn with<R>(
        &self,
        init: impl FnOnce() -> T,
        f: impl FnOnce(&T) -> R,
    ) -> Result<R, AccessError> {
        let entry = match thread::find(self.id) {
            Some(entry) => entry,
            None => self.first_use(init)?,
        };
        // SAFETY: it is the current thread's, by `find` and `first_use`, and `self` is borrowed.
        Ok(f(unsafe { Self::value(entry) }))
    }

    /// Calls `f` with the current thread's value, if there is one.
    pub(crate) fn look<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
        let entry = thread::search(self.id)?;
        // SAFETY: it is the current thread's, by `search`, and `self` is borrowed.
        Some(f(unsafe { Self::value(entry) }))
    }

    /// # Safety
    ///
    /// `entry` is that of an instance with values of the type `T`, in the table of the current thread. The reference is
    /// lent to a closure, and the instance is borrowed for as long.
    #[inline]
    unsafe fn value<'a>(entry: *const u64) -> &'a T {
        // SAFETY: 1. The entry bears the instance's id, so it points to a `Node<T>`, by the invariant.
        // 2. The node lives: this thread holds it until it ends the value or the instance is dropped.
        let node: &'a Node<T> = unsafe { &*entry.cast() };
        // SAFETY: neither happens while the closure runs: the thread's end takes `AtEnd`, and the instance is borrowed.
        // For the same reason the value is not lent or taken out. It is the current thread's.
        unsafe { node.value() }
    }

    #[cold]
    #[inline(never)]
    fn first_use(&self, init: impl FnOnce() -> T) -> Result<*const u64, AccessError> {
        if let Some(entry) = thread::search(self.id) {
            return Ok(entry);
        }
        let busy = thread::begin(self.id)?;
        let node = self.list.add(self.id, init());
        let entry = Arc::as_ptr(&node).cast();
        thread::push_node(node, busy);
        Ok(entry)
    }

    pub(crate) fn for_each(&self, f: impl FnMut(&T))
    where
        T: Sync,
    {
        self.list.for_each(f);
    }

    /// All values, for as long as the instance is borrowed.
    pub(crate) fn lend(&mut self) -> Vec<&mut T> {
        // SAFETY: the references live as long as the mutable borrow of the instance. Until that is over, no other method
        // of it is called, on any thread, nor is it dropped; and none is being called now, so nobody has a reference.
        unsafe { self.list.lend() }
    }

    pub(crate) fn into_values(self) -> Vec<T> {
        // SAFETY: references are had while the instance is borrowed, and here it is owned.
        unsafe { self.list.take_all() }
    }

    /// The values of threads that have ended; those that are being visited stay.
    pub(crate) fn take_kept(&self) -> Vec<T> {
        self.list.take_ended()
    }
}

impl<T: 'static> Drop for Instance<T> {
    fn drop(&mut self) {
        self.list.end_all();
    }
}
