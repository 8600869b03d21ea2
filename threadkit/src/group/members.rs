//! [`Members`]: which threads are in which group, for [`dump`](crate::dump()) to tell.

use std::collections::BTreeMap;

use crate::ident::ThreadId;
use crate::join;
use crate::locks;
use crate::primitive::global;
use crate::primitive::sync::atomic::{AtomicU64, Ordering};
use crate::primitive::sync::{Mutex, MutexGuard};

global! {
    /// The members of each group by the group's id. Apart from the threads' records, so that who uses
    /// no group pays nothing; taken only under the lock of the graph of joins, which a fork waits for.
    static GROUPS: Mutex<BTreeMap<u64, Vec<ThreadId>>> = Mutex::new(BTreeMap::new());
}

/// The entry of one group, while it lives.
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
        let _graph = join::lock();
        locks::lock(&GROUPS).entry(self.id).or_default().push(thread);
    }

    pub(super) fn remove(&self, thread: ThreadId) {
        let _graph = join::lock();
        if let Some(members) = locks::lock(&GROUPS).get_mut(&self.id) {
            members.retain(|member| *member != thread);
        }
    }
}

impl Drop for Members {
    fn drop(&mut self) {
        let _graph = join::lock();
        locks::lock(&GROUPS).remove(&self.id);
    }
}

/// The id of the group that `thread` is in; of several the oldest.
pub(crate) fn of(_graph: &MutexGuard<'_, join::Graph>, thread: ThreadId) -> Option<u64> {
    let groups = locks::lock(&GROUPS);
    groups.iter().find(|(_, members)| members.contains(&thread)).map(|(id, _)| *id)
}
