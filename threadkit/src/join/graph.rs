//! The graph of joins: who waits for whom, so that no wait begins that cannot end.

use std::iter;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{JoinCycle, JoinError};
use crate::locks;
use crate::thread::Thread;
use crate::thread::record::Record;

/// Guards the edges, which stand in the records of those who wait. Std's lock, since a fork waits
/// for it.
static GRAPH: Mutex<()> = Mutex::new(());

pub(crate) fn lock() -> MutexGuard<'static, ()> {
    locks::lock(&GRAPH)
}

/// An edge of the graph, while the wait lasts.
pub(super) struct Waiting<'a>(&'a Record);

/// Enters the edge from `waiter` to `target`, unless it would close a cycle.
///
/// Look and entry are one step under the lock: of the waits that close a cycle together, the last
/// to come finds the others there.
pub(super) fn enter<'a>(
    waiter: &'a Arc<Record>,
    target: &Arc<Record>,
) -> Result<Waiting<'a>, JoinError> {
    let graph = lock();
    if let Some(cycle) = path(target, waiter) {
        drop(graph);
        let threads = iter::once(waiter.clone()).chain(cycle);
        return Err(JoinError::Deadlock(JoinCycle(threads.map(Thread::erased_arc).collect())));
    }
    *joins(waiter) = Some(target.clone());
    Ok(Waiting(waiter))
}

/// The threads from `from` to the one that waits for `to`, if `from` waits for it in the end.
fn path(from: &Arc<Record>, to: &Arc<Record>) -> Option<Vec<Arc<Record>>> {
    // Most threads that are joined join nobody: then there is nothing to allocate.
    joins(from).as_ref()?;
    let mut path = Vec::new();
    for record in iter::successors(Some(from.clone()), |record| joins(record).clone()) {
        if Arc::ptr_eq(&record, to) {
            return Some(path);
        }
        path.push(record);
    }
    None
}

fn joins(waiter: &Record) -> MutexGuard<'_, Option<Arc<Record>>> {
    locks::lock(&waiter.joins)
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let graph = lock();
        let target = joins(self.0).take();
        drop(graph);
        // Outside of the lock: it may be the last handle of its thread.
        drop(target);
    }
}
