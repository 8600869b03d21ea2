//! [`dump`]: the live threads, in a table that a person can read.

use std::fmt;
use std::iter;
use std::panic::Location;
use std::time::Duration;

use crate::ident::ThreadId;
use crate::join::{self, Awaited};
use crate::name::Name;
use crate::registry::enumerate;
use crate::thread::Thread;
use crate::thread::record::{Pause, Record};

/// What the live threads are doing, in the order of [`enumerate`].
///
/// What Java has in `jstack`, and Python in part in `faulthandler`. It costs nothing to those who do
/// not call it, and stops no thread: each row is true at some moment of the call.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::Target;
///
/// # fn main() -> std::io::Result<()> {
/// let sleeper = Target::new(|| threadkit::sleep(Duration::MAX)).with_name("night watch").start()?;
/// let dump = threadkit::dump();
/// println!("{dump}");
/// // IDENT  NATIVE ID  NAME         CLASS       DAEMON  AGE    WAITS FOR  STARTED AT
/// // 1      4711       MainThread   MainThread  no      2.1ms  -          -
/// // 2      4712       night watch  Target      no      75µs   sleep      src/main.rs:6:71
/// assert!(dump.to_string().contains("night watch"));
/// # sleeper.request_stop();
/// # Ok(())
/// # }
/// ```
#[must_use]
pub fn dump() -> Dump {
    let threads = enumerate();
    let graph = join::lock();
    let edges: Vec<_> = threads.iter().map(|thread| edge(thread.record())).collect();
    drop(graph);
    // Outside of the lock: names are under another.
    let rows = threads.iter().zip(edges).map(|(thread, edge)| ThreadDump::new(thread, edge));
    Dump { threads: rows.collect() }
}

/// For whom the thread waits; under the lock of the graph of joins.
fn edge(record: &Record) -> Option<WaitsFor> {
    let edge = join::edge_of(record);
    edge.as_ref().map(|edge| {
        let target = Thread::erased_arc(edge.target.clone());
        match edge.awaited {
            Awaited::End => WaitsFor::End(target),
            Awaited::Ready => WaitsFor::Ready(target),
        }
    })
}

/// The live threads at one moment; see [`dump`]. It displays as a table.
#[derive(Clone, Debug)]
pub struct Dump {
    threads: Vec<ThreadDump>,
}

impl Dump {
    /// The rows of the table.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::WaitsFor;
    ///
    /// let dump = threadkit::dump();
    /// let sleeping = |row: &&threadkit::ThreadDump| matches!(row.waits_for(), Some(WaitsFor::Sleep));
    /// println!("{} of {} sleep", dump.threads().iter().filter(sleeping).count(), dump.threads().len());
    /// ```
    #[must_use]
    pub fn threads(&self) -> &[ThreadDump] {
        &self.threads
    }
}

/// One thread of a [`Dump`], as it was at that moment.
///
/// # Examples
///
/// ```
/// let dump = threadkit::dump();
/// let me = dump.threads().iter().find(|row| row.ident() == threadkit::get_ident()).unwrap();
/// assert_eq!(me.name(), &threadkit::current_thread().name());
/// assert!(me.waits_for().is_none());
/// ```
#[derive(Clone, Debug)]
pub struct ThreadDump {
    ident: ThreadId,
    native_id: Option<u64>,
    name: Name,
    class_name: &'static str,
    daemon: bool,
    stop_requested: bool,
    age: Duration,
    waits_for: Option<WaitsFor>,
    start_location: Option<&'static Location<'static>>,
}

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
    /// An [`Event`](crate::Event) that is to be set.
    Event,
    /// The end of a [`sleep`](crate::sleep).
    Sleep,
}

impl fmt::Display for WaitsFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End(thread) => write!(f, "end of {}", thread.name()),
            Self::Ready(thread) => write!(f, "{} to be ready", thread.name()),
            Self::Group => f.write_str("end of one of a group"),
            Self::Event => f.write_str("event"),
            Self::Sleep => f.write_str("sleep"),
        }
    }
}

impl ThreadDump {
    fn new(thread: &Thread, edge: Option<WaitsFor>) -> Self {
        let record = thread.record();
        let paused = || match record.pause() {
            Pause::None => None,
            Pause::Sleep => Some(WaitsFor::Sleep),
            Pause::Event => Some(WaitsFor::Event),
            Pause::Group => Some(WaitsFor::Group),
        };
        Self {
            ident: thread.ident(),
            native_id: thread.native_id(),
            name: thread.name(),
            class_name: thread.class_name(),
            daemon: thread.is_daemon(),
            stop_requested: thread.stop_requested(),
            age: record.born.elapsed(),
            waits_for: edge.or_else(paused),
            start_location: thread.start_location(),
        }
    }

    /// See [`Thread::ident`].
    #[must_use]
    pub fn ident(&self) -> ThreadId {
        self.ident
    }

    /// See [`Thread::native_id`].
    #[must_use]
    pub fn native_id(&self) -> Option<u64> {
        self.native_id
    }

    /// See [`Thread::name`].
    #[must_use]
    pub fn name(&self) -> &Name {
        &self.name
    }

    /// See [`Thread::class_name`].
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        self.class_name
    }

    /// See [`Thread::is_daemon`].
    #[must_use]
    pub fn is_daemon(&self) -> bool {
        self.daemon
    }

    /// See [`Thread::stop_requested`].
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.stop_requested
    }

    /// The time since `start` was called; for the main thread and dummies, since this crate first saw
    /// them.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.age
    }

    /// What the thread waits for; `None` if it runs, or waits for what this crate does not see.
    #[must_use]
    pub fn waits_for(&self) -> Option<&WaitsFor> {
        self.waits_for.as_ref()
    }

    /// See [`Thread::start_location`].
    #[must_use]
    pub fn start_location(&self) -> Option<&'static Location<'static>> {
        self.start_location
    }

    fn cells(&self) -> Cells {
        let none = || String::from("-");
        let daemon = if self.daemon { "yes" } else { "no" };
        [
            self.ident.to_string(),
            self.native_id.map_or_else(none, |id| id.to_string()),
            one_line(&self.name),
            String::from(self.class_name),
            String::from(daemon),
            format!("{:.1?}", self.age),
            self.waits_for.as_ref().map_or_else(none, |waits| one_line(&waits.to_string())),
            self.start_location.map_or_else(none, ToString::to_string),
        ]
    }
}

type Cells = [String; 8];

const HEADER: [&str; 8] =
    ["IDENT", "NATIVE ID", "NAME", "CLASS", "DAEMON", "AGE", "WAITS FOR", "STARTED AT"];

/// Names are the user's, and may hold anything.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = HEADER.map(String::from);
        let rows: Vec<_> =
            iter::once(header).chain(self.threads.iter().map(ThreadDump::cells)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: [usize; 8] = std::array::from_fn(|column| width(column).unwrap_or_default());
        for row in &rows {
            let [fields @ .., last] = row;
            for (field, width) in fields.iter().zip(widths) {
                write!(f, "{field:width$}  ")?;
            }
            writeln!(f, "{last}")?;
        }
        Ok(())
    }
}
