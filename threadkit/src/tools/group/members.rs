//! Which threads are in which group, for [`dump`](crate::dump()) to tell.

use std::collections::BTreeSet;

use crate::base::ident::ThreadId;
use crate::base::primitive::sync::atomic::{AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::{self, global};
use crate::core::graph;

global! {
    /// Each thread that is in a group, with the group's id. Apart from the threads' records, so that who
    /// uses no group pays nothing; taken only under the lock of the graph of joins, which a fork waits for.
    static MEMBERS: Mutex<BTreeSet<(ThreadId, u64)>> = Mutex::new(BTreeSet::new());
}

/// The id of a new group.
pub(super) fn next_group() -> u64 {
    global! { static NEXT: AtomicU64 = AtomicU64::new(1); }
    // Relaxed: only the atomicity of the counter matters.
    NEXT.fetch_add(1, Ordering::Relaxed)
}

pub(super) fn add(group: u64, thread: ThreadId) {
    let _graph = graph::lock();
    primitive::lock(&MEMBERS).insert((thread, group));
}

pub(super) fn remove(group: u64, threads: impl IntoIterator<Item = ThreadId>) {
    let _graph = graph::lock();
    let mut members = primitive::lock(&MEMBERS);
    for thread in threads {
        members.remove(&(thread, group));
    }
}

/// The id of the group that `thread` is in; of several the oldest.
pub(crate) fn of(_graph: &MutexGuard<'_, graph::Graph>, thread: ThreadId) -> Option<u64> {
    let members = primitive::lock(&MEMBERS);
    members.range((thread, 0)..=(thread, u64::MAX)).next().map(|(_, group)| *group)
}
