//! [`WaitsFor`]: what a thread waits for.

use std::fmt;
use std::sync::Arc;

use crate::core::graph;
use crate::core::observe::Wait;
use crate::core::pause::Pause;
use crate::core::record::Record;
use crate::thread::Thread;

/// What a thread waits for, as far as this crate knows: it does not see locks and channels.
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| threadkit::sleep(std::time::Duration::from_millis(1)));
/// let waits_for = threadkit::WaitsFor::End(thread.to_thread());
/// assert!(waits_for.to_string().starts_with("end of Target-"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WaitsFor {
    /// The end of a thread: a join of any kind.
    End(Thread),
    /// A thread that is to call [`ready`](crate::ready).
    Ready(Thread),
    /// The first end in a [`Group`](crate::Group).
    Group,
    /// The threads of a [`scope`](crate::scope()), at its end.
    Scope,
    /// An [`Event`](crate::Event) that is to be set.
    Event,
    /// An [`Event`](crate::Event) that is to be set, or a stop.
    EventOrStop,
    /// The end of a [`sleep`](crate::sleep), or of a [`Timer`](crate::Timer)'s delay.
    Sleep,
    /// A stop, and nothing else: a [`sleep`](crate::sleep) without an end.
    Stop,
}

/// The threads for which another waits; under the lock of the graph of joins.
pub(super) fn edge(record: &Record) -> Option<WaitsFor> {
    let edge = graph::edge_of(record);
    edge.as_ref().map(|edge| edge.wait().into())
}

impl From<Wait<'_>> for WaitsFor {
    fn from(wait: Wait<'_>) -> Self {
        let handle = |target: &Arc<Record>| Thread::erased_arc(target.clone());
        match wait {
            Wait::End(target) => Self::End(handle(target)),
            Wait::Ready(target) => Self::Ready(handle(target)),
            Wait::FirstOf => Self::Group,
            Wait::Pause(Pause::Sleep) => Self::Sleep,
            Wait::Pause(Pause::Stop) => Self::Stop,
            Wait::Pause(Pause::Event) => Self::Event,
            Wait::Pause(Pause::EventOrStop) => Self::EventOrStop,
            Wait::Pause(Pause::Scope) => Self::Scope,
        }
    }
}

impl WaitsFor {
    /// What else a thread waits for.
    pub(super) fn pause(record: &Record) -> Option<Self> {
        record.pause().map(|pause| Wait::Pause(pause).into())
    }
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End(thread) => write!(f, "end of {}", thread.name()),
            Self::Ready(thread) => write!(f, "{} to be ready", thread.name()),
            Self::Group => f.write_str("end of one of a group"),
            Self::Scope => f.write_str("end of a scope"),
            Self::Event => f.write_str("event"),
            Self::EventOrStop => f.write_str("event or stop"),
            Self::Sleep => f.write_str("sleep"),
            Self::Stop => f.write_str("stop"),
        }
    }
}
