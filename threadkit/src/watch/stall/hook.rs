//! The stallhook: what is told of a thread that stalls.

use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::base::guest;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::observe::{Audience, Moment};
use crate::os;
use crate::thread::Thread;
use crate::watch::dump::{ThreadDump, row_of};

/// What a stallhook is told; see [`set_stallhook`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StallHookArgs<'a> {
    /// The thread that is watched, which is not the current one.
    pub thread: &'a Thread,
    /// What has become of it.
    pub stall: &'a Stall,
    /// Its row of a dump, with the stack where the feature `stacks` is on; none if it is over.
    pub row: Option<&'a ThreadDump>,
}

/// What has become of a thread with a limit, see [`Builder::with_stall_after`](crate::Builder::with_stall_after). Times are
/// as the watchdog sees them: up to a quarter of the limit longer than they were.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::Stall;
///
/// let stall = Stall::WentOn { after: Duration::from_secs(41) };
/// assert_eq!(stall.to_string(), "went on after 41.0 s");
/// let stall = Stall::WentOn { after: Duration::from_millis(250) };
/// assert_eq!(stall.to_string(), "went on after 250 ms");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stall {
    /// It has said nothing for longer than its limit, and does not wait for anything that this crate knows.
    Silent {
        /// For how long.
        silent: Duration,
        /// How much of that it was on a processor, where the system says: nearly all of it in a loop without an end, nothing
        /// in a lock.
        cpu_time: Option<Duration>,
    },
    /// It was silent, which was reported, and has said something, or begun a wait that this crate knows.
    WentOn {
        /// How long it was silent.
        after: Duration,
    },
    /// It was silent, which was reported, and is over.
    Ended {
        /// How long it was silent.
        after: Duration,
    },
    /// It was silent for longer than its limit, and is not to blame: the process was stopped, by `SIGSTOP` or a debugger, or
    /// the machine was.
    Stopped {
        /// For how long the process did nothing.
        lasted: Duration,
    },
    /// It was silent for longer than its limit, and is not to blame: it was ready to run, and had no processor.
    Starved {
        /// For how long it had none.
        lasted: Duration,
    },
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |time: &Duration| match time.as_secs() {
            0 => format!("{} ms", time.as_millis()),
            _ => format!("{:.1} s", time.as_secs_f64()),
        };
        match self {
            Self::Silent { silent, cpu_time } => {
                write!(f, "has made no progress for {}", seconds(silent))?;
                cpu_time
                    .map_or(Ok(()), |time| write!(f, " ({} of it on a processor)", seconds(&time)))
            }
            Self::WentOn { after } => write!(f, "went on after {}", seconds(after)),
            Self::Ended { after } => write!(f, "ended after {}", seconds(after)),
            Self::Stopped { lasted } => {
                write!(f, "was silent while the process was stopped, for {}", seconds(lasted))
            }
            Self::Starved { lasted } => {
                write!(f, "was silent while it had no processor, for {}", seconds(lasted))
            }
        }
    }
}

type Hook = dyn Fn(&StallHookArgs<'_>) + Send + Sync;

global! {
    /// Std's lock, since a fork waits for it.
    static HOOK: Mutex<Option<Arc<Hook>>> = Mutex::new(None);
}

pub(super) fn lock() -> MutexGuard<'static, Option<Arc<Hook>>> {
    primitive::lock(&HOOK)
}

/// Sets the function that is called when a thread [stalls](crate::Builder::with_stall_after), and when it goes on.
///
/// It is called once each time, on the watchdog's thread: while it runs, no other stall is noticed. If it panics, that is
/// reported. Without one, [`default_stallhook`] writes to stderr. The records of the features `log` and `tracing`, at the
/// level `warn`, and the marks in a `Timeline` are made in any case.
///
/// # Examples
///
/// ```
/// use threadkit::{Stall, default_stallhook, set_stallhook};
///
/// set_stallhook(|args| {
///     default_stallhook(args);
///     if let Stall::Silent { .. } = args.stall {
///         // page somebody
///     }
/// });
/// # drop(threadkit::take_stallhook());
/// ```
pub fn set_stallhook(hook: impl Fn(&StallHookArgs<'_>) + Send + Sync + 'static) {
    let previous = lock().replace(Arc::new(hook));
    // Outside of the lock: what a hook captures is the user's.
    drop(previous);
}

/// Takes the program's stallhook away and gives it back; [`default_stallhook`] is in place again. Where none is set, it is
/// that one.
#[must_use = "the hook is gone from its place; to drop it, say so"]
pub fn take_stallhook() -> Box<dyn Fn(&StallHookArgs<'_>) + Send + Sync> {
    let hook = lock().take();
    match hook {
        Some(hook) => Box::new(move |args| hook(args)),
        None => Box::new(default_stallhook),
    }
}

/// What happens to a stall where no hook is set: it is written to stderr. For one that begins, the thread's state, what it
/// waits for, where it was started and its stack follow.
pub fn default_stallhook(args: &StallHookArgs<'_>) {
    let mut text = line(args.thread, args.stall);
    text.push('\n');
    if let (Stall::Silent { .. }, Some(row)) = (args.stall, args.row) {
        // Writing to a string does not fail.
        let _ = write!(text, "{}", row.in_words());
    }
    os::stderr::write(&text);
}

fn line(thread: &Thread, stall: &Stall) -> String {
    format!("thread '{}' ({}) {stall}", thread.name(), thread.class_name())
}

/// Tells all who want to know. On the watchdog's thread, which holds no lock.
pub(super) fn report(thread: &Thread, stall: &Stall, audience: &Audience) {
    let row = match stall {
        Stall::Ended { .. } => None,
        _ => row_of(thread, matches!(stall, Stall::Silent { .. })),
    };
    audience.tell(thread.record(), Moment::Says(stall));
    let hook = lock().clone();
    let args = StallHookArgs { thread, stall, row: row.as_ref() };
    guest::call(|| match &hook {
        Some(hook) => hook(&args),
        None => default_stallhook(&args),
    });
    // It may be the last of a hook that was taken meanwhile.
    guest::drop(hook);
}
