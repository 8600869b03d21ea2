//! [`Ends`]: which of several threads are over, in the order in which they end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::Instant;

use crate::base::condvar::Condvar;
use crate::base::primitive::parking_lot::Mutex;
use crate::core::record::Record;
use crate::core::stop::Stopped;
use crate::join::future::Awaiting;

/// Which of several threads are over, in the order in which they end: their last destructors put them in. Whoever takes
/// them out again pays for those that have ended, and not for those that have not.
#[derive(Default)]
pub(super) struct Ends {
    /// The keys of the threads that are over, and were not taken out yet.
    over: Mutex<VecDeque<usize>>,
    /// With the keys.
    added: Condvar,
    /// The thread that waits for a stop as well, where there is one.
    stoppable: Option<Arc<Record>>,
}

impl Ends {
    /// For a thread that waits by [`wait_or_stop`](Self::wait_or_stop).
    pub(super) fn stoppable(waiter: Arc<Record>) -> Self {
        Self { stoppable: Some(waiter), ..Self::default() }
    }

    /// Has `key` put in by the end of `thread`, as long as the result lives. At once for a thread that is over, and for
    /// one that may not be waited for.
    pub(super) fn watch(self: &Arc<Self>, key: usize, thread: &Arc<Record>) -> Awaiting {
        let mut over = self.over.lock();
        // Here, so that no thread's last destructor has to allocate.
        let room = (key + 1).saturating_sub(over.len());
        over.reserve(room);
        drop(over);
        let mut end = Awaiting::new(thread.clone());
        let waker = Waker::from(Arc::new(Ending { key, ends: self.clone() }));
        if thread.is_dummy() || !end.keep(waker) {
            self.add(key);
        }
        end
    }

    fn add(&self, key: usize) {
        self.over.lock().push_back(key);
        self.added.notify_all();
        if let Some(waiter) = &self.stoppable {
            waiter.stop().nudge();
        }
    }

    /// The key of one that is over, if there is one. It may come twice, and when it is not watched any more.
    pub(super) fn take(&self) -> Option<usize> {
        self.over.lock().pop_front()
    }

    /// Waits until there is one.
    pub(super) fn wait(&self) {
        self.added.wait_while(&mut self.over.lock(), |over| over.is_empty());
    }

    /// The same for the thread of [`stoppable`](Self::stoppable), until a stop is requested of it or until `deadline`.
    pub(super) fn wait_or_stop(&self, deadline: Option<Instant>) -> Result<bool, Stopped> {
        let waiter = self.stoppable.as_ref().expect("made by `stoppable`");
        waiter.stop().wait_until(deadline, || !self.over.lock().is_empty())
    }
}

/// What a thread wakes when it ends.
struct Ending {
    key: usize,
    ends: Arc<Ends>,
}

impl Wake for Ending {
    fn wake(self: Arc<Self>) {
        self.ends.add(self.key);
    }
}
