//! The values of one `Local` instance, one for each thread that used it, and who may end them.
//!
//! A value ends with its thread or with its instance, whichever comes first; both may come at once, on two threads.
//! Whoever takes the value off the instance's list ends it, so exactly one does. To end is to give up the owner's
//! *pin*; a visitor of `for_each` holds a pin of its own, and the last pin drops the value.

use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::sync::{AtomicU32, Mutex, Ordering, UnsafeCell, fence};
use crate::base::guest::{Blame, contain};

/// The place of a value that is off the list.
const OFF: u32 = u32::MAX;

/// One thread's value of one instance.
///
/// `repr(C)`: a table finds the node by the address of its `id`.
#[repr(C)]
pub(super) struct Node<T> {
    id: u64,
    /// One for the owner (thread and instance together), one for each visitor; at 0 the value has been dropped.
    pins: AtomicU32,
    /// Index in the list; written under its lock.
    place: AtomicU32,
    list: Arc<List<T>>,
    value: UnsafeCell<ManuallyDrop<T>>,
}

// SAFETY: another thread than the value's own 1. drops it, as the only one to do so, hence `T: Send`; 2. reads it in
// `List::for_each`, which asks for `T: Sync`. Everything else in the node is `Sync`.
unsafe impl<T: Send> Sync for Node<T> {}

/// All values of one instance.
pub(super) struct List<T>(Mutex<Vec<Arc<Node<T>>>>);

impl<T> Node<T> {
    /// Off the list: ended, or about to be.
    pub(super) fn is_off(&self) -> bool {
        // Relaxed: a hint for those that tidy up. The value itself is not touched on its strength.
        self.place.load(Ordering::Relaxed) == OFF
    }

    /// # Safety
    ///
    /// For as long as the reference lives the value is not ended, or the caller holds a pin; and the caller is on the
    /// value's thread, or `T: Sync`.
    #[inline]
    pub(super) unsafe fn value(&self) -> &T {
        // SAFETY: 1. The value is initialised when the node is built and dropped with the last pin.
        // 2. The only mutable reference is that of the drop.
        self.value.with(|value| unsafe { &*value })
    }

    /// Called by the value's thread when it is over.
    pub(super) fn end(&self) {
        if self.list.remove(self) {
            self.unpin(Blame::Thread);
        }
    }

    /// Takes a pin, unless the value has been dropped.
    fn try_pin(&self) -> Option<Pin<'_, T>> {
        // Relaxed: the value was seen through the list's lock, and a pin only ever prolongs it.
        self.pins
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |pins| {
                (pins != 0).then(|| pins + 1)
            })
            .is_ok()
            .then(|| Pin(self))
    }

    fn unpin(&self, blame: Blame) {
        // Release: what this thread did with the value comes before its drop, on whatever thread that is.
        if self.pins.fetch_sub(1, Ordering::Release) != 1 {
            return;
        }
        // Acquire: the other half, for the thread that drops.
        fence(Ordering::Acquire);
        self.value.with_mut(|value| {
            // SAFETY: 1. The last pin: 0 is reached once, since `try_pin` does not leave it.
            // 2. References need a pin or the owner's, which is given up only off the list, when the value's thread is
            //    over or the instance is being dropped.
            let value = unsafe { &mut *value };
            // SAFETY: 1., so it has not been dropped yet, and nobody looks at it again.
            contain(blame, || unsafe { ManuallyDrop::drop(value) });
        });
    }
}

struct Pin<'a, T>(&'a Node<T>);

impl<T> Drop for Pin<'_, T> {
    fn drop(&mut self) {
        self.0.unpin(Blame::Nobody);
    }
}

impl<T> List<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Vec::new())))
    }

    /// Adds the current thread's value.
    pub(super) fn add(self: &Arc<Self>, id: u64, value: T) -> Arc<Node<T>> {
        let node = Arc::new(Node {
            id,
            pins: AtomicU32::new(1),
            place: AtomicU32::new(OFF),
            list: Arc::clone(self),
            value: UnsafeCell::new(ManuallyDrop::new(value)),
        });
        let mut nodes = self.0.lock();
        let place = u32::try_from(nodes.len()).expect("fewer threads than 2^32");
        node.place.store(place, Ordering::Relaxed); // the lock orders it
        push(&mut nodes, Arc::clone(&node));
        node
    }

    /// Takes the node off the list; false if somebody else has.
    fn remove(&self, node: &Node<T>) -> bool {
        let mut nodes = self.0.lock();
        // Relaxed, here and below: the lock orders them.
        let place = node.place.swap(OFF, Ordering::Relaxed);
        if place == OFF {
            return false;
        }
        let removed = nodes.swap_remove(place as usize);
        if let Some(moved) = nodes.get(place as usize) {
            moved.place.store(place, Ordering::Relaxed);
        }
        shrink(&mut nodes);
        drop(nodes);
        // Not the last: the caller's thread has one.
        drop(removed);
        true
    }

    /// Ends all values, one after the other: those not reached yet still end with their threads.
    pub(super) fn end_all(&self) {
        while let Some(node) = self.pop() {
            node.unpin(Blame::Nobody);
        }
    }

    fn pop(&self) -> Option<Arc<Node<T>>> {
        let mut nodes = self.0.lock();
        let node = nodes.pop();
        match &node {
            // Relaxed: the lock orders it.
            Some(node) => node.place.store(OFF, Ordering::Relaxed),
            // Threads keep ended nodes for a while, and those keep the list.
            None => *nodes = Vec::new(),
        }
        node
    }
}

impl<T: Sync> List<T> {
    /// Calls `f` with each value, holding no lock, and a pin on the one visited only.
    pub(super) fn for_each(&self, mut f: impl FnMut(&T)) {
        let nodes = self.0.lock().clone();
        for node in nodes {
            if let Some(pin) = node.try_pin() {
                // SAFETY: 1. The pin outlives the reference. 2. `T: Sync`.
                f(unsafe { pin.0.value() });
            }
        }
    }
}

/// `Vec::push`, growing by a third instead of to the double: there is a list for each thread and for each instance.
pub(super) fn push<T>(vec: &mut Vec<T>, item: T) {
    if vec.len() == vec.capacity() {
        vec.reserve_exact((vec.len() / 3).max(1));
    }
    vec.push(item);
}

/// Gives back the memory of a peak long past.
fn shrink<T>(vec: &mut Vec<T>) {
    if vec.len() < vec.capacity() / 4 {
        vec.shrink_to(vec.len() * 2);
    }
}
