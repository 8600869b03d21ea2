//! [`OpenScope`]: the threads of a scope, for which its owner waits.

use std::mem;
use std::sync::Arc;

use crate::base::primitive::sync::Mutex;
use crate::core::graph::{self, lock};
use crate::core::record::{OpenScope, Record, Wait};

impl OpenScope {
    /// Opens a scope of `owner`, inside the one that it has open.
    pub(crate) fn open(owner: &Record) -> Arc<Self> {
        let _graph = lock();
        let scope = Arc::new(Self { around: owner.scope(), threads: Mutex::new(Vec::new()) });
        owner.set_scope(Some(scope.clone()));
        scope
    }

    /// Adds a thread that is about to be started.
    pub(crate) fn enter(&self, thread: &Arc<Record>) {
        let graph = lock();
        let mut threads = self.threads();
        // Those that are over go when the list would grow: a scope may last, and start many.
        let over =
            if threads.len() == threads.capacity() { take_over(&mut threads) } else { Vec::new() };
        threads.push(thread.clone());
        drop((threads, graph));
        // Outside of the lock: what the last handle of a thread drops is the user's.
        drop(over);
    }

    /// Waits until all threads are over, those included that they start meanwhile. It is never refused,
    /// and does not panic.
    pub(crate) fn wait(&self, owner: &Record) {
        let _waiting = graph::enter_unchecked(owner, Wait::Scope);
        while let Some(thread) = self.any() {
            if !thread.is_over() {
                thread.end.wait(|| thread.is_over());
            }
            let graph = lock();
            let over = take_over(&mut self.threads());
            drop(graph);
            drop(over);
        }
    }

    /// Closes the scope, which is the innermost of `owner`, and empty.
    pub(crate) fn close(&self, owner: &Record) {
        let graph = lock();
        let closed = owner.set_scope(self.around.clone());
        drop(graph);
        drop(closed);
    }

    fn any(&self) -> Option<Arc<Record>> {
        let _graph = lock();
        self.threads().last().cloned()
    }
}

/// Takes those out that are over: nobody waits for them.
fn take_over(threads: &mut Vec<Arc<Record>>) -> Vec<Arc<Record>> {
    let (over, alive) = mem::take(threads).into_iter().partition(|thread| thread.is_over());
    *threads = alive;
    over
}
