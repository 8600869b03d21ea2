//! [`Timeline`]: what the threads did, for a trace viewer.

mod trace;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::base::clock;
use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::exception::{Exception, ExceptionKind};
use crate::core::graph;
use crate::core::observe::{self, Moment, Moments, Observer};
use crate::core::record::Record;
use crate::thread::current::{enumerate, get_ident};
use crate::thread::fork;
use crate::watch::dump::WaitsFor;

/// Records what the threads of the process do: starts, ends, waits and failures. What it writes is opened
/// by [Perfetto] and by `chrome://tracing`.
///
/// It records from [`start`](Self::start) until it is dropped, in memory: 131,072 moments, of which a
/// thread's life has three and each wait two; then the oldest go. Several can record at the same time.
/// A moment that is recorded costs some 0.2 µs (measured on a busy machine of two cores); while nothing is
/// recorded it costs what it costs without the feature.
///
/// In the file, each thread has a row with its name: a slice of its class from the beginning of `run` to
/// its last destructor, with an arrow from the place where it was started; in it, a slice for each wait
/// that this crate knows of ([`WaitsFor`]; not for locks and channels), and a mark for a failure. The main
/// thread and threads that were not started here have a row where they start threads or wait.
///
/// A thread that is over when the file is written has its whole life in it: to see all of a program, join its
/// threads before. A fork's child has a copy of what was recorded, and goes on by itself.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Event, Timeline, spawn};
///
/// static GO: Event = Event::new();
///
/// # fn main() -> std::io::Result<()> {
/// let timeline = Timeline::start();
/// let workers: Vec<_> = (0..3).map(|_| spawn(|| GO.wait())).collect();
/// GO.set();
/// for worker in &workers {
///     worker.join().unwrap();
/// }
/// let path = std::env::temp_dir().join("timeline.json");
/// timeline.save(&path)?; // to be opened at https://ui.perfetto.dev
/// # std::fs::remove_file(path)?;
/// # Ok(())
/// # }
/// ```
///
/// A run of the example `timeline`, drawn by itself from its file (`cargo run --example timeline -- run.json
/// --svg run.svg`): a worker fails since a file is gone, and the others count on.
///
#[doc = include_str!("../../../doc/timeline.svg")]
///
/// [Perfetto]: https://ui.perfetto.dev
#[must_use = "it records until it is dropped"]
pub struct Timeline {
    /// Of the recording.
    key: u64,
    observer: Arc<Observer>,
}

/// How many moments a timeline keeps, if nobody says.
const CAPACITY: usize = 1 << 17;

/// All but the hooks' own.
const RECORDED: Moments = !Moment::Exits.alone();

global! {
    /// What the timelines have recorded, by keys that are never given twice: an observer may be called this
    /// once more when its timeline is gone. Std's lock, since a fork waits for it.
    static RECORDINGS: Mutex<BTreeMap<u64, Recording>> = Mutex::new(BTreeMap::new());
}

fn lock() -> MutexGuard<'static, BTreeMap<u64, Recording>> {
    primitive::lock(&RECORDINGS)
}

/// The moments that one timeline has recorded; the oldest go when there are too many.
struct Recording {
    entries: VecDeque<Entry>,
    capacity: usize,
    lost: u64,
}

#[derive(Clone)]
struct Entry {
    /// Since the timeline was started.
    at: Duration,
    thread: ThreadId,
    what: What,
}

#[derive(Clone)]
enum What {
    /// The thread starts another.
    Starts(ThreadId),
    Begins,
    Fails(Box<Failed>),
    Waits(Box<str>),
    Waited,
    Says(Box<str>),
    Over(Box<Track>),
}

#[derive(Clone)]
struct Failed {
    kind: ExceptionKind,
    message: String,
    sources: Vec<String>,
    location: Option<String>,
}

/// What is known of a thread. Not its handle, which would keep the system's thread.
#[derive(Clone)]
struct Track {
    name: Name,
    class_name: &'static str,
    native_id: Option<u64>,
    daemon: bool,
    start_location: Option<&'static Location<'static>>,
}

impl Timeline {
    /// Begins to record. See [`Timeline`] for an example.
    pub fn start() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// The same, with room for so many moments, at least one.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Timeline, spawn};
    ///
    /// let timeline = Timeline::with_capacity(3);
    /// for _ in 0..2 {
    ///     spawn(|| ()).join().unwrap();
    /// }
    /// assert!(timeline.lost() > 0); // the first thread, at least
    /// ```
    pub fn with_capacity(moments: usize) -> Self {
        global! {
            static KEYS: AtomicU64 = AtomicU64::new(0);
            static DONE: AtomicBool = AtomicBool::new(false);
        }
        fork::once(&DONE, |holds| holds.push(|| Box::new(lock())));
        let key = KEYS.fetch_add(1, Ordering::Relaxed); // Relaxed: only the counter's atomicity matters
        let recording = Recording { entries: VecDeque::new(), capacity: moments.max(1), lost: 0 };
        lock().insert(key, recording);
        let start = clock::system_now();
        let observer = observe::add(RECORDED, move |thread, moment| {
            let Some((thread, what)) = What::of(thread, moment) else { return };
            let entry = Entry { at: start.elapsed(), thread, what };
            let mut recordings = lock();
            // Gone, if the timeline was dropped meanwhile.
            let oldest = recordings.get_mut(&key).and_then(|recording| recording.push(entry));
            drop(recordings);
            drop(oldest);
        });
        Self { key, observer }
    }

    /// Writes what is recorded so far, as JSON in Chrome's trace event format; the recording goes on. Slices
    /// of threads that still run, and of waits that last, are left open.
    ///
    /// # Errors
    ///
    /// Those of `output`.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Timeline, spawn};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let timeline = Timeline::start();
    /// spawn(|| ()).join().unwrap();
    /// let mut json = Vec::new();
    /// timeline.write_to(&mut json)?;
    /// assert!(json.starts_with(b"["));
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_to(&self, output: impl Write) -> io::Result<()> {
        // In this order: a thread that is not alive any more has said who it was, see `Moment::Over`.
        let alive = enumerate();
        let alive = alive.iter().map(|thread| (thread.ident(), Track::of(thread.record())));
        let recordings = lock();
        let Recording { entries, lost, .. } = &recordings[&self.key];
        let (entries, lost) = (entries.clone(), *lost);
        drop(recordings);
        trace::write(output, alive.collect(), &entries, lost)
    }

    /// The same to a file, which is created or replaced.
    ///
    /// # Errors
    ///
    /// Those of [`File::create`], and of writing.
    ///
    /// # Examples
    ///
    /// A file of what happened until a failure, from the excepthook:
    ///
    /// ```
    /// use std::env::temp_dir;
    /// use threadkit::{Timeline, default_excepthook, set_excepthook, spawn};
    ///
    /// let path = temp_dir().join("failure.json");
    /// # let path = path.with_file_name(format!("failure-{}.json", std::process::id()));
    /// # let saved = path.clone();
    /// let timeline = Timeline::start();
    /// set_excepthook(move |args| {
    ///     default_excepthook(args);
    ///     timeline.save(&path).expect("there is room for the file");
    /// });
    /// assert!(spawn(|| panic!("no disk")).join().is_err());
    /// # assert!(std::fs::read_to_string(&saved).unwrap().contains("panicked: no disk"));
    /// # std::fs::remove_file(saved).unwrap();
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.write_to(File::create(path)?)
    }

    /// How many moments are lost, for want of room: the oldest ones. See
    /// [`with_capacity`](Self::with_capacity) for an example.
    #[must_use]
    pub fn lost(&self) -> u64 {
        lock()[&self.key].lost
    }
}

impl Drop for Timeline {
    fn drop(&mut self) {
        observe::remove(&self.observer);
        let recording = lock().remove(&self.key);
        // Outside of the lock, as it may be large.
        drop(recording);
    }
}

// No user code runs under its lock: a panic leaves nothing half-done.
impl UnwindSafe for Timeline {}
impl RefUnwindSafe for Timeline {}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timeline").field("lost", &self.lost()).finish_non_exhaustive()
    }
}

impl Recording {
    /// Gives back the oldest entry, if it had to go.
    fn push(&mut self, entry: Entry) -> Option<Entry> {
        let full = self.entries.len() == self.capacity;
        let oldest = if full { self.entries.pop_front() } else { None };
        self.lost += u64::from(full);
        self.entries.push_back(entry);
        oldest
    }
}

impl What {
    /// What a moment is in a recording, and of which thread.
    fn of(thread: &Record, moment: Moment<'_>) -> Option<(ThreadId, Self)> {
        let what = match moment {
            Moment::Starts => return Some((get_ident(), Self::Starts(thread.ident()))),
            Moment::Begins => Self::Begins,
            Moment::Fails(exception) => Self::Fails(Box::new(Failed::of(exception))),
            Moment::Waits => {
                let wait = graph::wait_of(&graph::lock(), thread)?;
                Self::Waits(WaitsFor::from(wait).to_string().into())
            }
            Moment::Waited => Self::Waited,
            Moment::Says(what) => Self::Says(what.to_string().into()),
            Moment::Exits => return None,
            Moment::Over => Self::Over(Box::new(Track::of(thread))),
        };
        Some((thread.ident(), what))
    }
}

impl Failed {
    fn of(exception: &Exception) -> Self {
        Self {
            kind: exception.kind(),
            message: exception.message().to_owned(),
            sources: exception.sources().to_owned(),
            location: exception.location().map(|location| location.to_string()),
        }
    }
}

impl Track {
    fn of(thread: &Record) -> Self {
        Self {
            name: thread.name(),
            class_name: thread.class_name(),
            native_id: thread.native_id(),
            daemon: thread.is_daemon(),
            start_location: thread.start_location,
        }
    }
}
