//! [`dump`]: the live threads, in a table that a person can read.

mod after;
#[cfg(all(unix, any(feature = "serde", feature = "signal")))]
mod dumper;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(all(unix, feature = "serde"))]
mod server;
#[cfg(feature = "stacks")]
mod stacks;
mod table;
mod waits;

use std::panic::Location;
use std::time::Duration;

use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::core::graph;
use crate::thread::Thread;
use crate::thread::current::enumerate;
use crate::thread::kept;
use crate::tools::group;
use crate::tools::supervisor::Supervisor;

pub use after::{DumpAfter, dump_after};
#[cfg(all(unix, any(feature = "serde", feature = "signal")))]
pub use dumper::Dumper;
#[cfg(feature = "stacks")]
pub use stacks::dump_stacks;
pub use waits::WaitsFor;

/// What the live threads are doing, in the order of [`enumerate`].
///
/// What Java has in `jstack`, and Python in part in `faulthandler`. It costs nothing to those who do
/// not call it, and stops no thread: each row is true at some moment of the call. With the feature
/// `signal`, a `Dumper` prints it when the process gets a signal; with the feature `serde`, it is
/// `Serialize`.
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
/// // IDENT  NATIVE ID  NAME         CLASS       STATE    DAEMON  AGE     CPU TIME  STARTER  GROUP  WAITS FOR  STARTED AT
/// // 1      4711       MainThread   MainThread  running  no      2.1ms   1.4ms     -        -      -          -
/// // 2      4712       night watch  Target      waiting  no      75.0µs  31.2µs    1        -      stop       src/main.rs:6:71
/// assert!(dump.to_string().contains("night watch"));
/// # sleeper.request_stop();
/// # Ok(())
/// # }
/// ```
#[must_use]
#[doc(alias("faulthandler", "jstack"))]
pub fn dump() -> Dump {
    dump_of(&enumerate())
}

/// What these threads are doing.
fn dump_of(threads: &[Thread]) -> Dump {
    let lock = graph::lock();
    let seen: Vec<_> = threads
        .iter()
        .map(|thread| (graph::wait_of(&lock, thread.record()), group::of(&lock, thread.ident())))
        .collect();
    drop(lock);
    // Outside of the lock: names are under another.
    let rows = threads
        .iter()
        .zip(seen)
        .map(|(thread, (wait, group))| ThreadDump::new(thread, wait.map(WaitsFor::from), group));
    let mut rows: Vec<_> = rows.collect();
    tell_supervisors(threads, &mut rows);
    Dump { threads: rows }
}

/// All that can be known of these threads: with the stacks, where the feature is on.
pub(crate) fn fullest_of(threads: &[Thread]) -> Dump {
    let dump = dump_of(threads);
    #[cfg(feature = "stacks")]
    let dump = dump.with_stacks();
    dump
}

/// Tells of each child who its supervisor is. It is the supervisor that knows.
fn tell_supervisors(threads: &[Thread], rows: &mut [ThreadDump]) {
    let supervisors = threads.iter().filter(|thread| thread.is::<Supervisor>());
    let typed = supervisors.filter_map(|thread| thread.clone().downcast::<Supervisor>().ok());
    for supervisor in typed {
        for child in supervisor.children() {
            // Rows are in the order of the idents.
            if let Ok(row) = rows.binary_search_by_key(&child.ident(), ThreadDump::ident) {
                rows[row].supervisor = Some(supervisor.ident());
            }
        }
    }
}

/// All that can be known: with the stacks, where the feature is on.
pub(crate) fn fullest() -> Dump {
    #[cfg(feature = "stacks")]
    return dump_stacks();
    #[cfg(not(feature = "stacks"))]
    dump()
}

/// The name of the thread with this id of the system, and what it waits for.
#[cfg(threadkit_model)]
pub(crate) fn standing(native_id: u64) -> Option<(String, Option<String>)> {
    let rows = dump().threads;
    let row = rows.into_iter().find(|row| row.native_id == Some(native_id))?;
    Some((row.name.to_string(), row.waits_for.map(|waits_for| waits_for.to_string())))
}

/// The row of this thread, if it is alive; with its stack, where the feature is on and `with_stack` says so.
pub(crate) fn row_of(thread: &Thread, with_stack: bool) -> Option<ThreadDump> {
    let rows = dump().threads;
    let row = rows.into_iter().find(|row| row.ident == thread.ident())?;
    #[cfg(feature = "stacks")]
    let row = if with_stack { row.with_stack(thread) } else { row };
    let _ = with_stack;
    Some(row)
}

/// The live threads at one moment; see [`dump`], which has an example. It displays as a table.
///
/// With the feature `serde` it serializes as a sequence of its threads, each a map: `known`, `ident` (nothing for a thread
/// that is not known), `native_id`, `name`, `class`, `class_path`, `state`, `daemon`, `stop_requested`, `age_secs`,
/// `cpu_secs`, `starter`, `group` and `supervisor` (numbers, or nothing), `waits_for` (as in `"sleep"`, or `{"end": 3}` with
/// an ident, or nothing) and `started_at` (as in `"src/main.rs:6:71"`, or nothing). With the feature `stacks` there are
/// `stack` and `stack_error`, too (nothing, where there is none): a sequence of frames, the innermost first, each a map of
/// `function`, `file`, `line`, `column` and `module` (each may be nothing), `address` and `users`; and the reason in words.
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
    /// use threadkit::ThreadState;
    ///
    /// let dump = threadkit::dump();
    /// let waiting = dump.threads().iter().filter(|row| row.state() == ThreadState::Waiting).count();
    /// println!("{waiting} of {} wait", dump.threads().len());
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
/// use std::time::Duration;
/// use threadkit::{Group, spawn};
///
/// let mut group = Group::new();
/// group.push(spawn(|| threadkit::sleep(Duration::MAX)));
/// let dump = threadkit::dump();
/// let row = dump.threads().iter().find(|row| row.ident() == group[0].ident()).unwrap();
/// assert_eq!(row.name(), &group[0].name());
/// assert_eq!((row.class_name(), row.is_daemon()), ("Target", group[0].is_daemon()));
/// assert_eq!(row.starter(), Some(threadkit::get_ident()));
/// assert_eq!(row.group(), Some(group.id()));
/// let busy = row.cpu_time().is_some_and(|time| time > row.age() / 2);
/// println!("{} is {}, and {}", row.name(), row.state(), if busy { "busy" } else { "idle" });
/// if let (Some(place), Some(waits_for)) = (row.start_location(), row.waits_for()) {
///     println!("it was started at {place}, and waits for {waits_for}");
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ThreadDump {
    ident: ThreadId,
    native_id: Option<u64>,
    name: Name,
    class_name: &'static str,
    class_path: Option<&'static str>,
    daemon: bool,
    stop_requested: bool,
    age: Duration,
    cpu_time: Option<Duration>,
    starter: Option<ThreadId>,
    group: Option<u64>,
    supervisor: Option<ThreadId>,
    waits_for: Option<WaitsFor>,
    start_location: Option<&'static Location<'static>>,
    whose: Whose,
    /// Present if it was asked for.
    #[cfg(feature = "stacks")]
    stack: Option<crate::os::stacks::Reply>,
}

/// Who knows the thread of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// It was started by this crate, or has called into it.
    Known,
    /// The system alone.
    #[cfg_attr(
        not(feature = "stacks"),
        expect(dead_code, reason = "only a dump with stacks lists it")
    )]
    Unknown,
    /// It is kept, and serves no object.
    Kept,
}

/// How far a live thread has come.
///
/// # Examples
///
/// ```
/// use threadkit::ThreadState;
///
/// let dump = threadkit::dump();
/// let me = dump.threads().iter().find(|row| row.ident() == threadkit::get_ident()).unwrap();
/// assert_eq!(me.state(), ThreadState::Running);
/// assert_eq!(me.state().to_string(), "running");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreadState {
    /// The system was asked for the thread, which has not begun.
    Starting,
    /// It runs, or waits for what this crate does not see.
    Running,
    /// It waits; [`ThreadDump::waits_for`] says for what.
    Waiting,
    /// It was asked to stop, and is not over.
    Stopping,
    /// A thread of the system that is kept for the next object of its class, and has none: see [`reuse`](crate::guide::reuse). Only
    /// [`dump_stacks`](crate::dump_stacks) lists such threads.
    Idle,
}

impl ThreadDump {
    fn new(thread: &Thread, waits_for: Option<WaitsFor>, group: Option<u64>) -> Self {
        let record = thread.record();
        let native_id = thread.native_id();
        // A kernel gives the id of a thread that is over to another.
        let cpu_time = native_id.and_then(kept::cpu_time).filter(|_| thread.is_alive());
        Self {
            ident: thread.ident(),
            native_id,
            name: thread.name(),
            class_name: thread.class_name(),
            class_path: record.class_path(),
            daemon: thread.is_daemon(),
            stop_requested: thread.stop_requested(),
            age: record.age(),
            cpu_time,
            starter: record.starter,
            group,
            supervisor: None,
            waits_for,
            start_location: thread.start_location(),
            whose: Whose::Known,
            #[cfg(feature = "stacks")]
            stack: None,
        }
    }

    /// Whether the thread is known here: started by this crate, or one that has called into it. In a [`dump`] all are; a
    /// dump with stacks has every thread of the process.
    ///
    /// Of one that is not known, name, native id, age and CPU time are the system's; its class is `UnknownThread`, and
    /// its ident one that no thread has, and another in each dump.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.whose == Whose::Known
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

    /// The name of the class with its crate and modules, as [`std::any::type_name`] gives it: it tells classes of one
    /// name apart. None for the classes of this crate, the main thread, and threads that were not started here.
    #[must_use]
    pub fn class_path(&self) -> Option<&'static str> {
        self.class_path
    }

    /// How far the thread has come.
    #[must_use]
    pub fn state(&self) -> ThreadState {
        if self.whose == Whose::Kept {
            ThreadState::Idle
        } else if self.stop_requested {
            ThreadState::Stopping
        } else if self.native_id.is_none() && self.start_location.is_some() {
            ThreadState::Starting
        } else if self.waits_for.is_some() {
            ThreadState::Waiting
        } else {
            ThreadState::Running
        }
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

    /// The time that the thread has spent on a processor, by the system's count; `None` where it does
    /// not say (it does on Linux), and until the thread has begun.
    #[must_use]
    pub fn cpu_time(&self) -> Option<Duration> {
        self.cpu_time
    }

    /// The thread that called `start`, which may be over; `None` for the main thread and dummies.
    #[must_use]
    pub fn starter(&self) -> Option<ThreadId> {
        self.starter
    }

    /// The [`Group`](crate::Group) that the thread is in, if it is in one: its [id](crate::Group::id).
    #[must_use]
    pub fn group(&self) -> Option<u64> {
        self.group
    }

    /// The [`Supervisor`] whose child the thread is, if it is one. The table shows children below their supervisor.
    #[must_use]
    pub fn supervisor(&self) -> Option<ThreadId> {
        self.supervisor
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
}
