//! The graph of joins: who waits for whom, so that no wait begins that cannot end.
//!
//! A thread waits for the one that it joins, and for those in the scopes that it owns.

use std::collections::HashSet;
use std::iter;
use std::mem;
use std::sync::Arc;

use super::{JoinCycle, JoinError};
use crate::locks;
use crate::observe::{self, Moment, Wait};
use crate::primitive::global;
use crate::primitive::sync::{Mutex, MutexGuard};
use crate::registry::{self, enumerate};
use crate::thread::Thread;
use crate::thread::record::Record;

/// For whom a thread waits, and for what.
pub(crate) struct Edge {
    pub(crate) target: Arc<Record>,
    pub(crate) awaited: Awaited,
    /// Ends by itself, and so closes no cycle.
    pub(crate) timed: bool,
}

/// What of the other thread is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaited {
    End,
    Ready,
}

impl Edge {
    /// Whether the wait lasts for as long as the target does not end it. One for a thread that is
    /// ready is over, even if the waiter has not heard: the thread may join it from then on.
    fn is_unbounded(&self) -> bool {
        !self.timed && (self.awaited == Awaited::End || !self.target.is_ready())
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

/// Enters the edge from `waiter` to `target`, unless it would close a cycle.
///
/// Look and entry are one step under the lock: of the waits that close a cycle together, the last
/// to come finds the others there.
pub(super) fn enter<'a>(
    waiter: &'a Arc<Record>,
    target: &Arc<Record>,
) -> Result<Waiting<'a>, JoinError> {
    let graph = lock();
    if let Some(cycle) = path(target, |reached| Arc::ptr_eq(reached, waiter)) {
        drop(graph);
        let threads = iter::once(waiter.clone()).chain(cycle);
        return Err(JoinError::Deadlock(JoinCycle(threads.map(Thread::erased_arc).collect())));
    }
    let edge = Edge { target: target.clone(), awaited: Awaited::End, timed: false };
    let waiting = Graph::enter(graph, waiter, edge);
    observe::tell(waiter, Moment::Waits(Wait::For(target, Awaited::End)));
    Ok(waiting)
}

/// Enters a wait that closes no cycle: it is timed, or the target has not begun.
pub(crate) fn enter_unchecked(waiter: &Record, edge: Edge) -> Waiting<'_> {
    observe::tell(waiter, Moment::Waits(Wait::For(&edge.target, edge.awaited)));
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
        let is_stranded = |reached: &Arc<Record>| {
            graph.stranded.iter().any(|stranded| Arc::ptr_eq(stranded, reached))
        };
        let waits = path(thread.record_arc(), is_stranded).is_some();
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

/// The threads from `from` to the one that waits for the thread that `is_end` says, if `from` waits for
/// that in the end; the caller holds the lock.
fn path(from: &Arc<Record>, is_end: impl Fn(&Arc<Record>) -> bool) -> Option<Vec<Arc<Record>>> {
    // Most threads that are joined wait for nobody: then there is nothing to allocate.
    if joins(from).is_none() && from.scope().is_none() {
        return None;
    }
    let mut seen = HashSet::from([from.ident()]);
    // Each with the place of the one that waits for it.
    let mut reached = vec![(from.clone(), 0)];
    let mut at = 0;
    while let Some((record, _)) = reached.get(at) {
        if is_end(record) {
            return Some(way_to(&reached, at));
        }
        let mut awaited: Vec<_> = joins(record).into_iter().collect();
        let scopes = iter::successors(record.scope(), |scope| scope.around.clone());
        scopes.for_each(|scope| awaited.extend_from_slice(&scope.threads()));
        awaited.retain(|record| seen.insert(record.ident()));
        reached.extend(awaited.into_iter().map(|record| (record, at)));
        at += 1;
    }
    None
}

/// From the first of `reached` to the one before that at `end`.
fn way_to(reached: &[(Arc<Record>, usize)], end: usize) -> Vec<Arc<Record>> {
    let before = |at: &usize| (*at > 0).then(|| reached[*at].1);
    let mut way: Vec<_> =
        iter::successors(before(&end), before).map(|at| reached[at].0.clone()).collect();
    way.reverse();
    way
}

fn joins(waiter: &Record) -> Option<Arc<Record>> {
    let edge = edge_of(waiter);
    edge.as_ref().filter(|edge| edge.is_unbounded()).map(|edge| edge.target.clone())
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
