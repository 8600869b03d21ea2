//! The graph of joins: who waits for whom, so that no wait begins that cannot end.
//!
//! A thread waits for the one that it joins, for those in the scopes that it owns, or for the first of
//! a group.

use std::iter;
use std::mem;
use std::slice;
use std::sync::Arc;

use crate::base::locks;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::cycle;
use crate::core::observe::{self, Moment, Wait};
use crate::core::record::Record;
use crate::core::registry::{self, enumerate};
use crate::join::{JoinCycle, JoinError};
use crate::thread::Thread;

/// For whom a thread waits, and for what. A timed wait ends by itself, and so closes no cycle.
pub(crate) enum Edge {
    End {
        target: Arc<Record>,
        timed: bool,
    },
    Ready {
        target: Arc<Record>,
        timed: bool,
    },
    /// The first end of these. A thin pointer, since every record has room for an edge.
    FirstOf(Arc<Vec<Arc<Record>>>),
}

impl Edge {
    /// Whether the wait lasts for as long as others do not end it. One for a thread that is ready is
    /// over, even if the waiter has not heard: the thread may join it from then on.
    pub(crate) fn is_unbounded(&self) -> bool {
        match self {
            Self::End { timed, .. } => !timed,
            Self::Ready { target, timed } => !timed && !target.is_ready(),
            Self::FirstOf(_) => true,
        }
    }

    pub(crate) fn wait(&self) -> Wait<'_> {
        match self {
            Self::End { target, .. } => Wait::End(target),
            Self::Ready { target, .. } => Wait::Ready(target),
            Self::FirstOf(_) => Wait::FirstOf,
        }
    }
}

global! {
    /// Std's lock, since a fork waits for it.
    static GRAPH: Mutex<Graph> = Mutex::new(Graph { stranded: Vec::new() });
}

/// The lock of the edges, which stand in the records of those who wait.
pub(crate) struct Graph {
    /// The threads that will not be over while there is a process: the one on which it exits, and the
    /// main thread if that is another. Empty until then.
    stranded: Vec<Arc<Record>>,
}

pub(crate) fn lock() -> MutexGuard<'static, Graph> {
    locks::lock(&GRAPH)
}

/// An edge of the graph, while the wait lasts.
pub(crate) struct Waiting<'a>(&'a Record);

/// Enters the wait of `waiter` for the end of `target`, unless it would close a cycle.
pub(crate) fn enter<'a>(
    waiter: &'a Arc<Record>,
    target: &Arc<Record>,
) -> Result<Waiting<'a>, JoinError> {
    let edge = Edge::End { target: target.clone(), timed: false };
    let waiting = enter_checked(waiter, slice::from_ref(target), edge)?;
    observe::tell(waiter, Moment::Waits(Wait::End(target)));
    Ok(waiting)
}

/// Enters the wait of `waiter` for the first end of `targets`, unless all of them wait for `waiter`.
pub(crate) fn enter_first_of(
    waiter: &Arc<Record>,
    targets: Vec<Arc<Record>>,
) -> Result<Waiting<'_>, JoinError> {
    let targets = Arc::new(targets);
    let waiting = enter_checked(waiter, &targets, Edge::FirstOf(targets.clone()))?;
    observe::tell(waiter, Moment::Waits(Wait::FirstOf));
    Ok(waiting)
}

/// Look and entry are one step under the lock: of the waits that close a cycle together, the last to
/// come finds the others there.
fn enter_checked<'a>(
    waiter: &'a Arc<Record>,
    targets: &[Arc<Record>],
    edge: Edge,
) -> Result<Waiting<'a>, JoinError> {
    let graph = lock();
    if let Some(way) = cycle::find(targets, slice::from_ref(waiter)) {
        drop(graph);
        let threads = iter::once(waiter.clone()).chain(way);
        return Err(JoinError::Deadlock(JoinCycle(threads.map(Thread::erased_arc).collect())));
    }
    Ok(Graph::enter(graph, waiter, edge))
}

/// Enters a wait that closes no cycle: it is timed, or the target has not begun.
pub(crate) fn enter_unchecked(waiter: &Record, edge: Edge) -> Waiting<'_> {
    observe::tell(waiter, Moment::Waits(edge.wait()));
    Graph::enter(lock(), waiter, edge)
}

/// The process exits, and `thread` will not be over before it ends. Those that wait for it, one by way of
/// another, will not be either: the process goes down with them, and does not wait for them.
pub(crate) fn strand(thread: &Arc<Record>) {
    lock().stranded.push(thread.clone());
    release_stranded();
}

fn release_stranded() {
    for thread in enumerate() {
        let graph = lock();
        let waits = cycle::find(slice::from_ref(thread.record_arc()), &graph.stranded).is_some();
        drop(graph);
        if waits {
            registry::remove(thread.record());
        }
    }
}

impl Graph {
    /// Enters an edge and gives the lock back.
    fn enter<'a>(this: MutexGuard<'_, Self>, waiter: &'a Record, edge: Edge) -> Waiting<'a> {
        *edge_of(waiter) = Some(edge);
        let exiting = !this.stranded.is_empty();
        drop(this);
        if exiting {
            release_stranded();
        }
        Waiting(waiter)
    }

    /// In a fork's child, which does not exit when its parent does.
    pub(crate) fn after_fork(&mut self) {
        // As in the registry: the parts of a thread that is not here are left alone.
        mem::take(&mut self.stranded).into_iter().for_each(mem::forget);
    }
}

/// For whom `waiter` waits; the caller holds the lock.
pub(crate) fn edge_of(waiter: &Record) -> MutexGuard<'_, Option<Edge>> {
    locks::lock(&waiter.waits)
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let graph = lock();
        let edge = edge_of(self.0).take();
        drop(graph);
        // Outside of the lock: it may be the last handle of its thread.
        drop(edge);
        observe::tell(self.0, Moment::Waited);
    }
}
