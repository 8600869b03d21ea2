//! One `Local` instance: its id, and the values that threads have of it.

use std::sync::Arc;

use super::error::AccessError;
use super::node::{List, Node};
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
/// Invariant: a node bears `id` exactly if it is a `Node<T>` of `list`.
pub(crate) struct Instance<T: Send + 'static> {
    id: u64,
    list: Arc<List<T>>,
}

impl<T: Send + 'static> Instance<T> {
    pub(crate) fn new() -> Self {
        Self { id: next_id(), list: List::new() }
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
        // SAFETY: 1. The entry bears this instance's id, so it points to a `Node<T>`, by the invariant.
        // 2. The node lives: this thread holds it until it ends the value or the instance is dropped.
        let node = unsafe { &*entry.cast::<Node<T>>() };
        // SAFETY: neither happens while `f` runs: the thread's end takes `AtEnd`, and `self` is borrowed. The value is
        // the current thread's.
        Ok(f(unsafe { node.value() }))
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
}

impl<T: Send + 'static> Drop for Instance<T> {
    fn drop(&mut self) {
        self.list.end_all();
    }
}
