//! [`WaitsFor`]: what a thread waits for.

use std::fmt;

use crate::core::record::Wait;
use crate::thread::{Thread, erased};

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
    /// The end of a [`sleep`](crate::sleep), of a [`Timer`](crate::Timer)'s delay, or of a
    /// [`Supervisor`](crate::Supervisor)'s pause.
    Sleep,
    /// A stop, and nothing else: a [`sleep`](crate::sleep) without an end.
    Stop,
    /// What blocks inside of [`while_stoppable`](crate::while_stoppable), or a stop.
    Stoppable,
    /// The end of a child of a [`Supervisor`](crate::Supervisor), or a stop.
    Children,
}

impl From<Wait> for WaitsFor {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::End { target, .. } => Self::End(erased(target)),
            Wait::Ready { target, .. } => Self::Ready(erased(target)),
            Wait::FirstOf(_) => Self::Group,
            Wait::Scope => Self::Scope,
            Wait::Event => Self::Event,
            Wait::EventOrStop => Self::EventOrStop,
            Wait::Sleep => Self::Sleep,
            Wait::Stop => Self::Stop,
            Wait::Stoppable => Self::Stoppable,
            Wait::Children => Self::Children,
        }
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
            Self::Stoppable => f.write_str("blocking call or stop"),
            Self::Children => f.write_str("end of a child"),
        }
    }
}
