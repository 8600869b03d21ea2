//! [`Members`]: which threads are in which group, for [`dump`](crate::dump()) to tell.

use std::collections::BTreeSet;

use crate::base::ident::ThreadId;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::graph;

global! {
    /// Each thread that is in a group, with the group's id. Apart from the threads' records, so that who
    /// uses no group pays nothing; taken only under the lock of the graph of joins, which a fork waits for.
    static MEMBERS: Mutex<BTreeSet<(ThreadId, u64)>> = Mutex::new(BTreeSet::new());
}

/// The members of one group, while it lives.
#[derive(Debug)]
pub(super) struct Members {
    id: u64,
}

impl Members {
    pub(super) fn new() -> Self {
        global! { static NEXT: AtomicU64 = AtomicU64::new(1); }
        // Relaxed: only the atomicity of the counter matters.
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn add(&self, thread: ThreadId) {
        let _graph = graph::lock();
        primitive::lock(&MEMBERS).insert((thread, self.id));
    }

    pub(super) fn remove(&self, thread: ThreadId) {
        let _graph = graph::lock();
        primitive::lock(&MEMBERS).remove(&(thread, self.id));
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        let _graph = graph::lock();
        primitive::lock(&MEMBERS).retain(|(_, group)| *group != self.id);
    }
}

/// The id of the group that `thread` is in; of several the oldest.
pub(crate) fn of(_graph: &MutexGuard<'_, graph::Graph>, thread: ThreadId) -> Option<u64> {
    let members = primitive::lock(&MEMBERS);
    members.range((thread, 0)..=(thread, u64::MAX)).next().map(|(_, group)| *group)
}
