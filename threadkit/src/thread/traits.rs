//! What a handle is to std: equality, hashing, formatting.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use super::Thread;
use crate::class::ThreadClass;

impl<C: ThreadClass> From<Thread<C>> for Thread {
    fn from(thread: Thread<C>) -> Self {
        Self::erased_arc(thread.record)
    }
}

impl<C> Clone for Thread<C> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), typed: self.typed.clone() }
    }
}

impl<C, D> PartialEq<Thread<D>> for Thread<C> {
    fn eq(&self, other: &Thread<D>) -> bool {
        Arc::ptr_eq(&self.record, &other.record)
    }
}

impl<C> Eq for Thread<C> {}

impl<C> Hash for Thread<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ident().hash(state);
    }
}

// A panic of `run` leaves nothing half-done in a handle: the object is behind the user's own
// synchronisation, all else behind this crate's.
impl<C> UnwindSafe for Thread<C> {}
impl<C> RefUnwindSafe for Thread<C> {}

/// As Python's `repr`: `<Sum(Sum-1, started daemon 3)>`.
impl<C> fmt::Display for Thread<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.is_alive(), self.record.failure()) {
            (true, _) => "started",
            (false, None) => "stopped",
            (false, Some(_)) => "failed",
        };
        let daemon = if self.is_daemon() { " daemon" } else { "" };
        let (class, name, ident) = (self.class_name(), self.name(), self.ident());
        write!(f, "<{class}({name}, {state}{daemon} {ident})>")
    }
}

impl<C> fmt::Debug for Thread<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("class_name", &self.class_name())
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("is_alive", &self.is_alive())
            .field("is_daemon", &self.is_daemon())
            .finish_non_exhaustive()
    }
}
