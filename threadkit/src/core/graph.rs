//! The graph of joins: who waits for whom. It refuses a wait that would close a cycle and never end.
//!
//! The waits of a thread stand in its record; what is here is the lock under which they are entered and looked at.

use std::iter;
use std::mem;
use std::slice;
use std::sync::Arc;

use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::cycle;
use crate::core::observe::{self, Moment};
use crate::core::record::{Record, Wait};
use crate::core::registry;

global! {
    /// Std's lock, since a fork waits for it.
    static GRAPH: Mutex<Graph> = Mutex::new(Graph { stranded: Vec::new() });
}

/// What the lock of the graph guards besides the waits in the records.
pub(crate) struct Graph {
    /// The threads that will not be over while there is a process: the one on which it exits, and the
    /// main thread if that is another. Empty until then.
    stranded: Vec<Arc<Record>>,
}

pub(crate) fn lock() -> MutexGuard<'static, Graph> {
    primitive::lock(&GRAPH)
}

/// A wait of the current thread, while it lasts. Inside of one that names no thread there may be others.
pub(crate) struct Waiting<'a> {
    waiter: &'a Record,
    /// For a wait that names no thread: the number of the one that it is in.
    around: Option<u8>,
}

/// The threads of a cycle that a wait would close: each would wait for the next, and the last for the first.
pub(crate) type Cycle = Vec<Arc<Record>>;

/// Enters the wait of `waiter` for the end of `target`, unless it would close a cycle.
pub(crate) fn enter<'a>(
    waiter: &'a Arc<Record>,
    target: &Arc<Record>,
) -> Result<Waiting<'a>, Cycle> {
    let wait = Wait::End { target: target.clone(), timed: false };
    enter_checked(waiter, slice::from_ref(target), wait)
}

/// Enters the wait of `waiter` for the first end of `targets`, unless all of them wait for `waiter`.
pub(crate) fn enter_first_of<'a>(
    waiter: &'a Arc<Record>,
    targets: &Arc<Vec<Arc<Record>>>,
) -> Result<Waiting<'a>, Cycle> {
    enter_checked(waiter, targets, Wait::FirstOf(targets.clone()))
}

/// Look and entry are one step under the lock: of the waits that close a cycle together, the last to
/// come finds the others there.
fn enter_checked<'a>(
    waiter: &'a Arc<Record>,
    targets: &[Arc<Record>],
    wait: Wait,
) -> Result<Waiting<'a>, Cycle> {
    let graph = lock();
    if let Some(way) = cycle::find(targets, slice::from_ref(waiter)) {
        drop(graph);
        return Err(iter::once(waiter.clone()).chain(way).collect());
    }
    Ok(Graph::enter(graph, waiter, wait))
}

/// Enters a wait that closes no cycle: it is timed, names no thread, or its target has not begun.
pub(crate) fn enter_unchecked(waiter: &Record, wait: Wait) -> Waiting<'_> {
    let Some(number) = wait.number() else { return Graph::enter(lock(), waiter, wait) };
    let around = waiter.pause();
    waiter.set_pause(number);
    Waiting::begin(waiter, Some(around))
}

/// What `waiter` waits for.
pub(crate) fn wait_of(_: &MutexGuard<'_, Graph>, waiter: &Record) -> Option<Wait> {
    waiter.wait()
}

/// The process exits, and `thread` will not be over before it ends. Those that wait for it, one by way of
/// another, will not be either: the process goes down with them, and does not wait for them.
pub(crate) fn strand(thread: &Arc<Record>) {
    lock().stranded.push(thread.clone());
    release_stranded();
}

/// The process exits on `thread`, which waits there for the others: it is neither over, nor waited for.
pub(crate) fn exits_on(thread: &Arc<Record>) {
    registry::remove(thread);
    strand(thread);
}

/// A stranded thread will not end before the process does. Neither will any thread that waits for it, directly or not,
/// so the process stops waiting for those.
fn release_stranded() {
    for thread in registry::alive() {
        let graph = lock();
        let waits = cycle::find(slice::from_ref(&thread), &graph.stranded).is_some();
        drop(graph);
        if waits {
            registry::remove(&thread);
        }
    }
}

impl Graph {
    /// Enters an edge and gives the lock back.
    fn enter<'a>(this: MutexGuard<'_, Self>, waiter: &'a Record, wait: Wait) -> Waiting<'a> {
        *waiter.edge() = Some(wait);
        let exiting = !this.stranded.is_empty();
        drop(this);
        if exiting {
            release_stranded();
        }
        Waiting::begin(waiter, None)
    }

    /// In a fork's child, which does not exit when its parent does.
    pub(crate) fn after_fork(&mut self) {
        // As in the registry: the parts of a thread that is not here are left alone.
        mem::take(&mut self.stranded).into_iter().for_each(mem::forget);
    }
}

impl<'a> Waiting<'a> {
    /// The wait is entered: tells who listens.
    fn begin(waiter: &'a Record, around: Option<u8>) -> Self {
        observe::tell(waiter, Moment::Waits);
        Self { waiter, around }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(around) = self.around {
            self.waiter.set_pause(around);
        } else {
            let graph = lock();
            let edge = self.waiter.edge().take();
            drop(graph);
            // Outside of the lock: it may be the last handle of its thread.
            drop(edge);
        }
        observe::tell(self.waiter, Moment::Waited);
    }
}
