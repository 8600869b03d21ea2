//! Threads as classes, with the semantics of Python's [`threading.Thread`] and [`threading.local`].
//!
//! A *thread class* is a struct whose activity is its `run` method. Starting, joining, naming,
//! failure and the end of the process belong to the base and are final; the compiler sees to that.
//!
//! ```
//! use threadkit::thread_class;
//!
//! /// Adds up what it is given.
//! #[thread_class]
//! struct Sum {
//!     numbers: Vec<u64>,
//! }
//!
//! #[thread_class]
//! impl Sum {
//!     fn new(numbers: impl IntoIterator<Item = u64>) -> Self {
//!         Self { numbers: numbers.into_iter().collect() }
//!     }
//!
//!     fn run(&self) -> u64 {
//!         self.numbers.iter().sum()
//!     }
//! }
//!
//! #[threadkit::main]
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let small = Sum::new(1..=10).start()?;
//!     let large = Sum::new(1..=1000).with_name("large").start()?;
//!     assert_eq!(small.value()? + large.value()?, 55 + 500_500);
//!     Ok(())
//! }
//! ```
//!
//! # A thread object, and a thread
//!
//! | stage | type | what it can do |
//! |---|---|---|
//! | an object, not started | `Sum` | `start`, `with_name`, `with_daemon`, `with_stack_size`, the user's own methods |
//! | configured, not started | [`Builder<Sum>`] | the same |
//! | started | [`Thread<Sum>`] | [`join`], [`join_timeout`], [`value`], [`name`] and so on; the object's fields and methods where `run` takes `&self` |
//! | any started thread | [`Thread`] | all but the value and the object |
//!
//! Which receiver `run` takes says who has the object while it runs:
//!
//! - `run(&mut self)`: the thread, which hands it back at its end: [`Thread::into_object`]. The most
//!   common one, as channels' receivers and `FnMut` handlers cannot be shared.
//! - `run(&self)`: everyone. The handle derefs to the object.
//! - `run(self)`: the thread, which consumes it.
//!
//! ```
//! use std::sync::mpsc;
//! use threadkit::thread_class;
//!
//! #[thread_class]
//! struct Collector {
//!     inbox: mpsc::Receiver<u32>,
//!     seen: Vec<u32>,
//! }
//!
//! #[thread_class]
//! impl Collector {
//!     fn run(&mut self) {
//!         self.seen.extend(self.inbox.iter());
//!     }
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! let (outbox, inbox) = mpsc::channel();
//! let collector = Collector { inbox, seen: Vec::new() }.start()?;
//! outbox.send(7).unwrap();
//! drop(outbox);
//! assert_eq!(collector.into_object().unwrap().seen, [7]);
//! # Ok(())
//! # }
//! ```
//!
//! A closure is a thread, too: [`spawn`], and [`Target`] where it is to be configured.
//!
//! # Failure
//!
//! A thread fails when its `run` panics or returns an `Err`. It is then reported on stderr, once, whether
//! anybody joins it or not, and whoever joins it gets [`JoinError::Failed`]. An `Err` is reported even
//! where `value()??` handles it, since the thread cannot know; where that is not wanted, set a hook
//! that looks at the [`kind`](Exception::kind) ([`set_excepthook`]), or give the class one:
//! `#[thread_class(excepthook = threadkit::silent)]`. An `Err` that is [`Stopped`], or was caused by
//! it, is an orderly end and no failure. With `panic = "abort"` a panic is reported before the abort;
//! [`JoinError::Failed`] by a panic, and [`exit_thread`], cannot exist there.
//!
//! # The end of the process
//!
//! The process waits for the threads that are not daemons. Under [`#[threadkit::main]`](macro@main) that
//! happens when the body of `main` is over; `std::process::exit` ends the process at once, from any
//! thread. Without the attribute, a handler of the process's exit waits. It cannot tell
//! `std::process::exit` from a return of `main`, so both wait, but for the threads that wait in turn for
//! the one that exits. And std allows one exit: a second thread that calls `exit` meanwhile is parked by
//! std, for ever, and waited for; the thread that exits is aborted where it calls `exit` again (in a
//! callback of [`at_shutdown`], in the destructor of a thread-local). The attribute has none of these
//! problems, but for the last in the destructors of main's own thread-locals.
//!
//! A fork's child has one thread, its main thread; the others count as over there, with no outcome. Threads
//! can be started in the child, unless the parent was starting one at that moment on another thread: std's
//! own locks, of which a fork knows nothing, may then be held for ever.
//!
//! A thread is a daemon if its starter is: so is what a thread starts that this crate did not start, such
//! as a test function or a worker of a pool. *The thread classes of a library should be daemons*
//! (`#[thread_class(daemon)]`), lest they hold their user's process.
//!
//! # Owners of threads
//!
//! A [`Guard`] asks its thread to stop and joins it when it is dropped, a [`Group`] does so with many, and
//! starts all of them or none. [`Builder::start_ready`] waits until the thread says that it is
//! [`ready`], and hands out what went wrong before. A `Thread<C>` can be awaited ([`ThreadFuture`]), and
//! [`dump`] shows what all threads are waiting for.
//!
//! # Thread-local data
//!
//! [`local!`] declares keys as [`std::thread_local!`] does, [`Local`] is an instance that can be made
//! and dropped at will. Values are destroyed before [`join`] returns.
//!
//! # Control
//!
//! The second page; nothing of it costs who does not use it.
//!
//! | to | there is |
//! |---|---|
//! | ask a thread to stop, and wake it from where it blocks | [`Thread::request_stop`], [`sleep`], [`on_stop`], [`StopToken`], [`stop_all`] |
//! | wait for a flag, or for a time | [`Event`], [`Timer`] |
//! | lend to threads what lives on the stack | [`scope()`] |
//! | hear whether a thread's initialisation worked | [`Builder::start_ready`], [`ready()`] |
//! | stop and join threads where their owner goes | [`Guard`], [`Group`] |
//! | await a thread in async code | `thread.await`: [`ThreadFuture`] |
//! | see what all threads are doing | [`dump()`] |
//! | have every thread call something when it begins and when it leaves | [`on_start`], [`on_exit`] |
//! | see what all threads did, in a trace viewer | `Timeline`, with the feature `timeline` |
//!
//! # Features
//!
//! None is on by default; each costs one relaxed load a thread where it is on and not used.
//!
//! - `log`: a record of the `log` crate at the level `debug` when a thread begins and when it leaves, and
//!   one at `error` when it fails.
//! - `serde`: what [`dump()`] gives is `Serialize`.
//! - `signal`: a daemon class `Dumper` prints a [`dump()`] when the process gets a signal.
//! - `timeline`: a `Timeline` records starts, ends, waits and failures, for Perfetto and `chrome://tracing`.
//! - `tracing`: spans of the `tracing` crate follow a thread. It runs in a span `thread` (level `info`,
//!   fields `name`, `class` and `ident`) that is the child of its starter's current span; where a filter
//!   leaves that out, in the starter's current span itself. Its subscriber is its starter's, so a test's own
//!   (`tracing::subscriber::with_default`) hears of the threads that the test starts. Events as in `log`, the
//!   one at `error` with the `sources`, the `location` of a panic and where the thread was `started_at`.
//!
//! ```
//! use tracing::{info, info_span};
//!
//! # fn main() -> std::io::Result<()> {
//! let _request = info_span!("request", id = 7).entered();
//! let worker = threadkit::Target::new(|| info!("on it")).with_name("worker").start()?;
//! // INFO request{id=7}:thread{name=worker class="Target" ident=2}: app: on it
//! # worker.join().unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! Neither `log` nor `tracing` takes the place of the report on stderr. Whose subscriber writes there, too,
//! reads of a failure twice; silence the one with `set_excepthook(threadkit::silent)`, or the other with a
//! filter like `threadkit=off`, which is the target of all records, spans and events.
//!
//! [`threading.Thread`]: https://docs.python.org/3/library/threading.html#thread-objects
//! [`threading.local`]: https://docs.python.org/3/library/threading.html#thread-local-data
//! [`Builder<Sum>`]: Builder
//! [`Thread<Sum>`]: Thread
//! [`join`]: Thread::join
//! [`join_timeout`]: Thread::join_timeout
//! [`value`]: Thread::value
//! [`name`]: Thread::name
#![deny(unsafe_code)]
// Models do not fork.
#![cfg_attr(threadkit_model, allow(dead_code))]

mod builder;
mod callable;
#[doc(hidden)]
pub mod class;
mod current;
mod dump;
mod event;
mod excepthook;
mod exception;
mod exit_thread;
mod failure;
#[doc(hidden)]
pub mod fields;
mod future;
mod group;
mod guard;
mod ident;
mod join;
mod lifecycle;
mod local;
mod locks;
mod name;
mod observe;
mod os;
#[doc(hidden)]
pub mod override_rule;
mod panic_hook;
mod primitive;
mod quiet;
mod ready;
#[doc(hidden)]
pub mod receiver;
mod registry;
mod scope;
mod shutdown;
mod startable;
mod stop;
mod target;
mod thread;
#[cfg(feature = "timeline")]
mod timeline;
mod timer;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(threadkit_model)]
#[doc(hidden)]
pub use primitive::model;

pub use builder::{Builder, StartError};
pub use class::ThreadClass;
pub use current::{current_thread, get_ident, get_native_id, with_current};
#[cfg(all(unix, feature = "signal"))]
pub use dump::Dumper;
pub use dump::{Dump, ThreadDump, ThreadState, WaitsFor, dump};
pub use event::Event;
pub use excepthook::{ExceptHookArgs, default_excepthook, set_excepthook, silent, take_excepthook};
pub use exception::{Exception, ExceptionKind, Location};
pub use exit_thread::exit_thread;
pub use future::ThreadFuture;
pub use group::Group;
pub use guard::Guard;
pub use ident::ThreadId;
pub use join::{JoinCycle, JoinError};
pub use local::{AccessError, Local, LocalKey};
pub use name::Name;
pub use observe::{on_exit, on_start};
pub use ready::{NotReady, ready};
pub use registry::{active_count, enumerate, main_thread};
pub use scope::{Scope, ScopedTarget, scope};
pub use shutdown::{ShuttingDown, at_shutdown};
pub use startable::Startable;
pub use stop::{StopToken, Stopped, on_stop, sleep, stop_all, stop_requested};
pub use target::{Target, spawn};
pub use thread::{Erased, Thread};
#[cfg(feature = "timeline")]
pub use timeline::Timeline;
pub use timer::Timer;

// The compiler's messages show these names; what is in reach of the root they show without a path.
#[doc(hidden)]
pub use class::Declared;
#[doc(hidden)]
pub use fields::{FieldOf, SharedFieldOf, check_field};
#[doc(hidden)]
pub use local::{Inheritable, inherited};
#[doc(hidden)]
pub use override_rule::{
    ClassKnown, Configurable, Construction, DaemonCanBeSet, FinalNamesOf, MadeOf, NotStarted,
    OnlyNewAndRun, Started, StartedAs, UntypedThread, new_returns,
};
#[doc(hidden)]
pub use receiver::{ByMut, ByRef, ByValue, KeepsObject, RunReceiver};

/// # Examples
///
/// ```
/// use std::process::ExitCode;
///
/// #[threadkit::main(report_after = "30s", stop = "daemons", grace = "100ms")]
/// fn main() -> ExitCode {
///     threadkit::at_shutdown(|| println!("main is over")).expect("not yet");
///     threadkit::spawn(|| println!("the process waits for this"));
///     ExitCode::SUCCESS
/// }
/// ```
pub use threadkit_macros::main;

/// # Examples
///
/// ```
/// use std::io::{self, Read};
/// use threadkit::thread_class;
///
/// #[thread_class(name = "checksum {path}", stack_size = 128 * 1024)]
/// struct Checksum<R> {
///     path: String,
///     input: R,
/// }
///
/// #[thread_class]
/// impl<R: Read + Send> Checksum<R> {
///     fn run(&mut self) -> io::Result<u32> {
///         let mut bytes = Vec::new();
///         self.input.read_to_end(&mut bytes)?;
///         Ok(bytes.into_iter().map(u32::from).sum())
///     }
/// }
///
/// # fn main() -> io::Result<()> {
/// let object = Checksum { path: "a".to_owned(), input: &b"\x01\x02"[..] };
/// let thread = object.start()?;
/// assert_eq!(thread.name(), "checksum a");
/// assert_eq!(thread.value().unwrap()?, 3);
/// # Ok(())
/// # }
/// ```
pub use threadkit_macros::thread_class;

/// What `#[threadkit::main]` calls; its path stands in the compiler's messages.
#[doc(hidden)]
pub mod attribute {
    pub use crate::shutdown::{MainOptions, main};
}
