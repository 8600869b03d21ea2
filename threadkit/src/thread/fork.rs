//! What a fork waits for: the locks that the child could not do without.
//!
//! A lock that another thread holds at the moment of the fork stays held in the child for ever. So the thread that
//! forks takes the global locks first, in one order, and lets go of them on both sides. Those of the core are known
//! here, where the order matters: names and edges may only be touched under the first two. Whoever owns another says so,
//! by [`once`].

use std::sync::Arc;

use crate::base::clock;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::graph::{self, Graph};
use crate::core::observe::{self, ObserversGuard};
use crate::core::record::Record;
use crate::core::registry::{self, Registry};
use crate::os;
use crate::os::process::Forking;

/// A lock that is held over a fork; dropping it lets go.
pub(crate) trait Held {
    /// In the child, before the lock is let go.
    fn in_child(&mut self) {}
}

impl<T> Held for MutexGuard<'static, T> {}

/// Takes a lock for a fork. No code holds one of these locks and takes another, so their order is free.
pub(crate) type Hold = fn() -> Box<dyn Held>;

global! {
    static HOLDS: Mutex<Vec<Hold>> = Mutex::new(Vec::new());
}

/// Has `f` add its locks to those that every fork takes from now on, unless that is `done`. A fork waits while it is
/// being done: of a `Once` of std's the child of a fork that came in between would think that it is in progress for ever.
/// `f` takes no lock itself.
pub(crate) fn once(done: &AtomicBool, f: impl FnOnce(&mut Vec<Hold>)) {
    // Acquire, paired with the Release below: who sees it set finds all done.
    if !done.load(Ordering::Acquire) {
        let mut holds = primitive::lock(&HOLDS);
        // Relaxed: written under the lock.
        if !done.load(Ordering::Relaxed) {
            f(&mut holds);
            done.store(true, Ordering::Release);
        }
    }
}

/// The locks that the thread that forks holds, in the order in which they are taken.
struct Locks {
    registry: MutexGuard<'static, Registry>,
    graph: MutexGuard<'static, Graph>,
    _observers: ObserversGuard,
    _holds: MutexGuard<'static, Vec<Hold>>,
    others: Vec<Box<dyn Held>>,
    /// The thread that forks, if it has a record already.
    forked: Option<Arc<Record>>,
}

/// Takes the locks, on the thread that is about to fork.
pub(crate) fn hold(forked: Option<Arc<Record>>) -> Box<dyn Forking> {
    // Has begun by the time of the fork, and is not about to.
    clock::uptime();
    let registry = registry::lock();
    let graph = graph::lock();
    let observers = observe::lock();
    let holds = primitive::lock(&HOLDS);
    let others = holds.iter().map(|hold| hold()).collect();
    Box::new(Locks { registry, graph, _observers: observers, _holds: holds, others, forked })
}

impl Forking for Locks {
    fn in_child(mut self: Box<Self>) {
        if let Some(forked) = &self.forked {
            forked.set_native_id(os::thread::native_id());
        }
        self.registry.after_fork(self.forked.as_ref());
        self.graph.after_fork();
        self.others.iter_mut().for_each(|held| held.in_child());
    }
}
