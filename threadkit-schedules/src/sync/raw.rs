//! What locks and condition variables of either kind are made of, the test's and the runtime's.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::queue::{On, Queue};
use crate::engine::{Kind, Place, TaskId, step, step_at, step_unsaid, try_with, with};
use crate::time::Duration;

/// Whose a primitive is: steps inside of the runtime are many, and the test does not see their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Test,
    Runtime,
}

impl Of {
    pub(crate) fn change(self) -> Kind {
        if self == Self::Test { Kind::Change } else { Kind::InnerChange }
    }

    pub(crate) fn look(self) -> Kind {
        if self == Self::Test { Kind::Look } else { Kind::InnerLook }
    }
}

/// Who holds a lock, to be shared or alone.
#[derive(Debug)]
struct Held {
    alone: Option<(TaskId, Place)>,
    shared: usize,
    /// The choices that the schedule had made when it was taken last.
    since: usize,
}

/// A lock for readers and writers, without what it guards.
#[derive(Debug)]
pub(crate) struct RawLock {
    of: Of,
    held: Mutex<Held>,
    waiters: Queue,
}

impl RawLock {
    pub(crate) const fn new(of: Of) -> Self {
        let held = Held { alone: None, shared: 0, since: 0 };
        Self { of, held: Mutex::new(held), waiters: Queue::new() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it now, if it is free.
    fn take(&self, shared: bool, place: Place) -> bool {
        // Outside of an execution there is one thread.
        let now = try_with(|execution| (execution.current, execution.choices()));
        let (current, choices) = now.unwrap_or_default();
        let mut held = self.held();
        if held.alone.is_some() || (!shared && held.shared > 0) {
            return false;
        }
        if shared {
            held.shared += 1;
        } else {
            held.alone = Some((current, place));
        }
        held.since = choices;
        true
    }

    /// Takes it, if it is free.
    pub(crate) fn try_lock(&self, shared: bool, what: &'static str, place: Place) -> bool {
        step_at(self.of.look(), what, place);
        self.take(shared, place)
    }

    /// Waits for it, and takes it.
    pub(crate) fn lock(&self, shared: bool, what: &'static str, place: Place) {
        step_at(self.of.change(), what, place);
        self.relock(shared, what, place);
    }

    /// The same, at once: whoever was woken comes from a step.
    pub(crate) fn relock(&self, shared: bool, what: &'static str, place: Place) {
        while !self.take(shared, place) {
            let holder = self.held().alone;
            let inner = self.of == Of::Runtime;
            let on = On { what: what.into(), holder, inner, may_be_spurious: false };
            self.waiters.wait(on, place, None);
        }
    }

    /// Lets go of it, at the end of a guard of the test's. If no other thread could go on since it was taken, one can
    /// now: who only tries to take it finds it taken. That is rarely of use, so it counts as little as a step inside of the
    /// runtime.
    pub(crate) fn release(&self, shared: bool) {
        let since = self.held().since;
        if try_with(|execution| execution.choices()) == Some(since) {
            step_unsaid(Kind::InnerChange);
        }
        self.unlock(shared);
    }

    /// Lets go of it. What is seen of that is the next one's taking it, before which there is a step.
    pub(crate) fn unlock(&self, shared: bool) {
        let mut held = self.held();
        if shared {
            held.shared -= 1;
        } else {
            held.alone = None;
        }
        drop(held);
        self.waiters.wake_all();
    }
}

/// A condition variable.
#[derive(Debug)]
pub(crate) struct RawCondvar {
    of: Of,
    waiters: Queue,
}

impl RawCondvar {
    pub(crate) const fn new(of: Of) -> Self {
        Self { of, waiters: Queue::new() }
    }

    /// Waits, with the lock let go of meanwhile; whether it was woken before the deadline.
    pub(crate) fn wait(&self, lock: &RawLock, place: Place, deadline: Option<Duration>) -> bool {
        step_at(self.of.change(), "Condvar::wait", place);
        lock.unlock(false);
        let on = On {
            what: "a notification of a Condvar".into(),
            inner: self.of == Of::Runtime,
            may_be_spurious: self.of == Of::Test,
            holder: None,
        };
        let woken = self.waiters.wait(on, place, deadline);
        lock.relock(false, "Mutex::lock", place);
        woken
    }

    #[track_caller]
    pub(crate) fn notify_all(&self) {
        step(self.of.change(), "Condvar::notify_all");
        self.waiters.wake_all();
    }

    #[track_caller]
    pub(crate) fn notify_one(&self) {
        step(self.of.change(), "Condvar::notify_one");
        self.waiters.wake_one();
    }
}

/// The moment that is `timeout` from now; none where that is too long to end.
pub(crate) fn deadline(timeout: Duration) -> Option<Duration> {
    with(|execution| execution.now).checked_add(timeout)
}
