//! The values of one `Local` instance, one for each thread that used it, and who may end them.
//!
//! A value ends with its thread or with its instance, whichever comes first; both may come at once, on two threads.
//! Whoever takes the value off the instance's list ends it, so exactly one does. To end is to give up the owner's
//! *pin*; a visitor of `for_each` holds a pin of its own, and the last pin drops the value.
//!
//! Where values are kept, the end of a thread leaves its value to the instance; it does the same where the instance has
//! lent its values by `iter_mut`, for as long as that lasts.

use std::mem::{self, ManuallyDrop};
use std::sync::Arc;

use super::sync::{AtomicU32, Mutex, MutexGuard, Ordering, UnsafeCell};
use crate::base::guest::{Blame, contain};

/// The place of a value that its thread has nothing to do with any more.
const OFF: u32 = u32::MAX;

/// One thread's value of one instance.
///
/// `repr(C)`: a table finds the node by the address of its `id`.
#[repr(C)]
pub(super) struct Node<T> {
    id: u64,
    /// One for the owner (thread and instance together), one for each visitor; at 0 the value has been dropped.
    pins: AtomicU32,
    /// Index among those of living threads; written under the list's lock.
    place: AtomicU32,
    list: Arc<List<T>>,
    value: UnsafeCell<ManuallyDrop<T>>,
}

// SAFETY: another thread than the value's own 1. drops it, takes it out or has it lent for writing, and then nobody else
// does anything with it, hence `T: Send`; 2. reads it in `List::for_each`, which asks for `T: Sync`. Everything else in
// the node is `Sync`.
unsafe impl<T: Send> Sync for Node<T> {}

/// All values of one instance, each in one of two places.
pub(super) struct List<T>(Mutex<Nodes<T>>);

struct Nodes<T> {
    /// Those of threads that live.
    live: Vec<Arc<Node<T>>>,
    /// Those of threads that ended while values were kept or lent.
    ended: Vec<Arc<Node<T>>>,
    ends: Ends,
}

/// What the end of a thread is for its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// Its end, too.
    Drop,
    /// As `Drop`, but not before the borrow is over for which the values are lent.
    Lent,
    /// Nothing: the value is the instance's then.
    Keep,
}

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
        // 2. Mutable references are those of the drop, and those that `lend` makes while nobody has this one.
        self.value.with(|value| unsafe { &*value })
    }

    /// Called by the value's thread when it is over.
    pub(super) fn end(&self) {
        if self.list.leave(self) {
            self.unpin(Blame::Thread);
        }
    }

    /// Takes the value out, for whoever has the owner's pin, unless it has been dropped or a visitor has a pin, too.
    fn take(&self) -> Option<T> {
        // Acquire: what visitors did with the value comes before; what its thread did, the list's lock has ordered.
        // Relaxed: where the value is not taken, nothing is done with it.
        self.pins.compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed).ok()?;
        Some(self.value.with_mut(|value| {
            // SAFETY: 1. The only pin was the owner's: no visitor has a reference. Others are had on the value's thread,
            //    and by a borrow of the instance; the methods of `List` that call this see to it that there are none.
            // 2. 0 is reached once, as in `unpin`: nobody has dropped the value or taken it.
            let value = unsafe { &mut *value };
            // SAFETY: as before; and nobody looks at it again.
            unsafe { ManuallyDrop::take(value) }
        }))
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
        // Acquire: the other half, for the thread that drops. A load and no fence, since ThreadSanitizer knows no fences;
        // it reads what the line above wrote, as the last pin is nobody else's to change.
        self.pins.load(Ordering::Acquire);
        self.value.with_mut(|value| {
            // SAFETY: 1. The last pin: 0 is reached once, since `try_pin` does not leave it.
            // 2. References need a pin or the owner's, which is given up only off the list: when the value's thread is
            //    over, when the instance is being dropped, or when both its thread and the borrow are over for which it
            //    was lent.
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

/// All are methods of the instance's, which take [`List::lock`], but for `leave`: that is called by threads that end.
impl<T> List<T> {
    pub(super) fn new(ends: Ends) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Nodes { live: Vec::new(), ended: Vec::new(), ends })))
    }

    /// The values, for a method of the instance.
    ///
    /// If they were lent, that is over, since the instance was borrowed for as long. What was to end meanwhile ends now.
    fn lock(&self) -> MutexGuard<'_, Nodes<T>> {
        loop {
            let mut nodes = self.0.lock();
            if nodes.ends != Ends::Lent {
                return nodes;
            }
            nodes.ends = Ends::Drop;
            let ended = mem::take(&mut nodes.ended);
            drop(nodes);
            for node in ended {
                node.unpin(Blame::Nobody);
            }
        }
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
        let mut nodes = self.lock();
        let place = u32::try_from(nodes.live.len()).expect("fewer threads than 2^32");
        node.place.store(place, Ordering::Relaxed); // the lock orders it
        push(&mut nodes.live, Arc::clone(&node));
        node
    }

    /// The node's thread ends: true if its value does, too, and the caller is to end it.
    fn leave(&self, node: &Node<T>) -> bool {
        let mut nodes = self.0.lock();
        // Relaxed, here and below: the lock orders them.
        let place = node.place.swap(OFF, Ordering::Relaxed);
        if place == OFF {
            return false;
        }
        let left = nodes.live.swap_remove(place as usize);
        if let Some(moved) = nodes.live.get(place as usize) {
            moved.place.store(place, Ordering::Relaxed);
        }
        shrink(&mut nodes.live);
        if nodes.ends != Ends::Drop {
            push(&mut nodes.ended, left);
            return false;
        }
        drop(nodes);
        // Not the last: the caller's thread has one.
        drop(left);
        true
    }

    /// Ends all values, one after the other: those not reached yet still end with their threads.
    pub(super) fn end_all(&self) {
        while let Some(node) = self.pop() {
            node.unpin(Blame::Nobody);
        }
    }

    fn pop(&self) -> Option<Arc<Node<T>>> {
        let mut nodes = self.lock();
        if let Some(node) = nodes.live.pop() {
            node.place.store(OFF, Ordering::Relaxed); // the lock orders it
            return Some(node);
        }
        let node = nodes.ended.pop();
        if node.is_none() {
            // Threads keep ended nodes for a while, and those keep the list.
            nodes.live = Vec::new();
            nodes.ended = Vec::new();
        }
        node
    }

    /// Takes out the values of threads that have ended. Those that are visited stay.
    ///
    /// Their threads have left them, so no reference is had without a pin.
    pub(super) fn take_ended(&self) -> Vec<T> {
        let mut nodes = self.lock();
        let mut values = Vec::with_capacity(nodes.ended.len());
        nodes.ended.retain(|node| node.take().map(|value| values.push(value)).is_none());
        shrink(&mut nodes.ended);
        values
    }

    /// Takes out all values.
    ///
    /// # Safety
    ///
    /// Nobody has a reference into one of them: neither a closure of `with` nor a visitor.
    pub(super) unsafe fn take_all(&self) -> Vec<T> {
        let mut nodes = self.lock();
        for node in &nodes.live {
            node.place.store(OFF, Ordering::Relaxed); // the lock orders it
        }
        let (live, ended) = (mem::take(&mut nodes.live), mem::take(&mut nodes.ended));
        drop(nodes);
        live.iter().chain(&ended).filter_map(|node| node.take()).collect()
    }

    /// Lends all values.
    ///
    /// # Safety
    ///
    /// While a reference lives nobody has another one into its value, and no other method of the list is called than
    /// `leave`, by threads that end.
    pub(super) unsafe fn lend<'a>(&self) -> Vec<&'a mut T>
    where
        T: 'a,
    {
        let mut nodes = self.lock();
        if nodes.ends == Ends::Drop {
            nodes.ends = Ends::Lent;
        }
        let all = nodes.live.iter().chain(&nodes.ended);
        // SAFETY: 1. A node in the list has not been dropped or taken, and is there once.
        // 2. It stays there, and with it the value: `leave` leaves it there now, and nothing else is called.
        // 3. The caller has seen to it that there is no other reference.
        all.map(|node| node.value.with_mut(|value| unsafe { &mut **value })).collect()
    }
}

impl<T: Sync> List<T> {
    /// Calls `f` with each value, holding no lock, and a pin on the one visited only.
    pub(super) fn for_each(&self, mut f: impl FnMut(&T)) {
        let nodes = self.lock();
        let all: Vec<_> = nodes.live.iter().chain(&nodes.ended).cloned().collect();
        drop(nodes);
        for node in all {
            if let Some(pin) = node.try_pin() {
                // SAFETY: 1. The pin outlives the reference. 2. `T: Sync`.
                f(unsafe { pin.0.value() });
            }
        }
    }
}

/// `Vec::push`, growing by a third instead of to the double: there is a list for each thread and for each instance.
fn push<T>(vec: &mut Vec<T>, item: T) {
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
