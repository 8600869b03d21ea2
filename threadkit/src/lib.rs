//! Threads as classes, with the semantics of Python's [`threading.Thread`] and [`threading.local`].
//!
//! A *thread class* is a struct whose work is done by its method `run`. Everything else about the
//! thread (starting, joining, naming, failure, the end of the process) is provided, and final: the
//! compiler sees to that.
//!
//! ```
//! use std::{fs, io};
//! use threadkit::thread_class;
//!
//! /// Counts the words of one file.
//! #[thread_class]
//! struct WordCount {
//!     path: String,
//! }
//!
//! #[thread_class]
//! impl WordCount {
//!     fn new(path: &str) -> Self {
//!         Self { path: path.to_owned() }
//!     }
//!
//!     fn run(&mut self) -> io::Result<usize> {
//!         Ok(fs::read_to_string(&self.path)?.split_whitespace().count())
//!     }
//! }
//!
//! #[threadkit::main]
//! fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//!     let manifest = WordCount::new("Cargo.toml").start()?;
//!     let library = WordCount::new("src/lib.rs").with_name("library").start()?;
//!     library.join()?; // waits; an error if the thread has failed
//!     println!("{} words", manifest.value()?? + library.value()??); // what `run` returned
//!     Ok(())
//! }
//! ```
//!
//! [`value`](Thread::value) has two layers: the first `?` passes a panic on, the second the `Err` that `run` returned.
//! Where `run` returns no `Result`, there is one `?`.
//!
//! This page is all that most programs need. The [`guide`] has the rest, a chapter for each question.
//!
//! # Objects and threads
//!
//! | | type | what it can do |
//! |---|---|---|
//! | an object | `WordCount` | `start`, `with_name`, `with_daemon`, `with_stack_size`, and your own methods |
//! | an object with settings | [`Builder<WordCount>`](Builder) | the same |
//! | a started thread | [`Thread<WordCount>`](Thread) | [`join`](Thread::join), [`join_timeout`](Thread::join_timeout), [`value`](Thread::value), [`name`](Thread::name), [`is_alive`](Thread::is_alive) and more |
//! | any started thread | [`Thread`] | the same without the value |
//!
//! `run` takes one of three receivers:
//!
//! - `run(&mut self)`: the thread owns the object, and [`into_object`](Thread::into_object) gives it back
//!   at the end. Start with this one.
//! - `run(&self)`: the object is shared. The handle derefs to it, so others call its methods meanwhile.
//! - `run(self)`: the thread consumes the object. Best for what reads from a channel: see
//!   [when the object is dropped](guide::receivers#when-the-object-is-dropped).
//!
//! A closure can be a thread, too: `threadkit::spawn(|| 6 * 7).value()`, see [`spawn`] and [`Target`].
//!
//! # Failure
//!
//! A thread fails when `run` panics or returns an `Err`. The failure is reported on stderr, once, even if
//! nobody joins the thread; whoever joins it gets [`JoinError::Failed`].
//!
//! An `Err` is reported even where `value()??` handles it, since the thread cannot know that somebody will.
//! If you handle the errors of a class yourself, keep it quiet:
//! `#[thread_class(excepthook = threadkit::silent)]`. Or have only panics reported:
//!
//! ```
//! threadkit::set_excepthook(|args| {
//!     if args.exception.kind() == threadkit::ExceptionKind::Panic {
//!         threadkit::default_excepthook(args);
//!     }
//! });
//! ```
//!
//! With `panic = "abort"` a panic is reported and the process aborts, as always: nobody is left to join the thread.
//!
//! # The end of the process
//!
//! The process waits for its threads, except for *daemons* (`#[thread_class(daemon)]`, or
//! `with_daemon(true)`). Put [`#[threadkit::main]`](macro@main) on `main` for this. Without the attribute
//! the process waits as well, in a handler that runs when it exits. That handler has
//! [limits](guide::names_daemons_exit#without-the-attribute): it waits after `std::process::exit`, too, and
//! hangs if a second thread calls `exit` in the meantime. Under the attribute, `std::process::exit` ends the
//! process at once, from any thread.
//!
//! [`at_shutdown`] registers what is called before the wait, [`at_exit`] what is called after it, as Python's `atexit`.
//!
//! A thread is a daemon if the thread that starts it is one. Threads that this crate has not started, such as
//! test functions (other than those of [`#[threadkit::test]`](macro@test)) and workers of pools, count as daemons. *A library should make its own classes daemons*:
//! otherwise they keep its user's process from ending.
//!
//! # Thread-local data
//!
//! [`local!`] declares statics as [`std::thread_local!`] does. [`Local`] is the same as an object: a field
//! or a variable of which each thread has its own value. Values are destroyed before `join` returns.
//!
//! ```
//! use std::cell::Cell;
//!
//! threadkit::local! {
//!     static HITS: Cell<u64> = Cell::new(0);
//! }
//!
//! HITS.set(HITS.get() + 1);
//! assert_eq!(threadkit::spawn(|| HITS.get()).value().unwrap(), 0);
//! ```
//!
//! # The second page
//!
//! None of this costs anything until you use it.
//!
//! | to | there is | chapter |
//! |---|---|---|
//! | ask a thread to stop, and wake it where it blocks | [`Thread::request_stop`], [`sleep`], [`on_stop`], [`StopToken`], [`stop_all`] | [`stopping`](guide::stopping) |
//! | have a stop end the wait for a condition variable or a channel | [`while_stoppable`], [`StopToken::register`] | [`stopping`](guide::stopping) |
//! | wait for a flag, or for a time | [`Event`], [`Timer`] | [`stopping`](guide::stopping) |
//! | let threads borrow | [`scope()`] | [`scopes`](guide::scopes) |
//! | let each thread count for itself, and add up at the end | [`Local::keeping`] | [`locals`](guide::locals#what-all-threads-have-counted) |
//! | learn whether the first steps of a thread worked | [`Builder::start_ready`], [`ready()`] | [`owning`](guide::owning) |
//! | stop and join threads when their owner is dropped | [`Guard`], [`Group`] | [`owning`](guide::owning) |
//! | have the results of all or the first failure, or the first success | [`Group::values`], [`Group::first`] | [`owning`](guide::owning) |
//! | keep threads running, and stop them in order | [`Supervisor`] | [`owning`](guide::owning) |
//! | await a thread in async code | `thread.await`, see [`ThreadFuture`] | [`async_code`](guide::async_code) |
//! | see what all threads are doing | [`dump()`], [`enumerate`] | [`watching`](guide::watching) |
//! | have every thread call a function when it begins and when it ends | [`on_start`], [`on_exit`] | [`watching`](guide::watching) |
//! | see in which line each thread hangs | `dump_stacks`, with the feature `stacks`; [`dump_after`] | [`watching`](guide::watching#where-it-hangs) |
//! | hear of a thread that makes no progress | [`Builder::with_stall_after`], [`progress`], [`set_stallhook`] | [`watching`](guide::watching#stalls) |
//! | see what all threads did, in a trace viewer | `Timeline`, with the feature `timeline` | [`watching`](guide::watching) |
//! | hear of every failure | [`set_excepthook`] | [`failures`](guide::failures) |
//! | have a test answer for its threads, and its waits take no time | [`#[threadkit::test]`](macro@test), [`now()`] | [`testing`](guide::testing) |
//!
//! Coming from [Python](guide::from_python)? Coming from [`std::thread`](guide::from_std)?
//!
//! # Features
//!
//! None is on by default. The chapter [`watching`](guide::watching#features) says more.
//!
//! - `log`, `tracing`: the beginning, end and failure of each thread, for the crates of these names.
//! - `serde`: what [`dump()`] gives is `Serialize`, and `Dumper::serve` hands it out at a socket (on Unix).
//! - `signal`: the daemon class `Dumper` prints a [`dump()`] when the process gets a signal (on Unix).
//! - `stacks`: `dump_stacks` says in which line each thread of the process stands (on Linux, x86-64 and aarch64).
//! - `timeline`: a `Timeline` records starts, ends, waits and failures, for Perfetto and `chrome://tracing`.
//!
//! # Systems
//!
//! | | how it is tried | what differs |
//! |---|---|---|
//! | Linux, x86-64, glibc | every change passes everything | |
//! | Linux with musl, on i686 and aarch64, linked statically | the tests are run, those for aarch64 under qemu | main's thread-locals; with musl, forks |
//! | Windows | the tests are run under Wine, as built with GNU's tools, and with thread-locals as MSVC has them | exits, and the order of thread-locals |
//! | macOS, MSVC, FreeBSD, NetBSD, OpenBSD, illumos, Android, Haiku | it compiles | what is known is read, not run |
//! | `wasm32-wasip1` | it compiles | a start is an error, since std has no threads there |
//! | `wasm32-unknown-unknown` | refused by the compiler | |
//!
//! - *Exits*: on Windows [`std::process::exit`] waits for no thread, even without `#[threadkit::main]`.
//! - *Main's thread-locals*: with musl, or glibc linked statically, nothing destroys the main thread's values unless
//!   `main` has the attribute.
//! - *The order of thread-locals*: with GNU on Windows, on Android, OpenBSD, illumos and Haiku it is the system's choice.
//!   There a thread may be over before the last of its [`std::thread_local!`] values is destroyed. On a thread that was
//!   not started here, the values of [`local!`] and [`Local`] are destroyed as ever, before those or after them.
//! - *Forks*: std takes locks when a thread starts or ends. With musl, a fork at such a moment may leave one held in the
//!   child, which hangs when it starts a thread: one child in ten of a program that did nothing but start and fork, and
//!   with glibc none of 6,000.
//!
//! [`threading.Thread`]: https://docs.python.org/3/library/threading.html#thread-objects
//! [`threading.local`]: https://docs.python.org/3/library/threading.html#thread-local-data
#![deny(unsafe_code)]
// On docs.rs, what needs a feature says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
compile_error!(
    "threadkit needs a system that has threads: on this target std can start none. \
    Code that is compiled for it, too, can leave threadkit out: \
    `[target.'cfg(not(all(target_family = \"wasm\", target_os = \"unknown\")))'.dependencies]`"
);

// The floors: each knows only those below it. ARCHITECTURE.md says what is on each, and a test reads the imports.

mod testing;

/// Looks at threads.
mod watch {
    pub(crate) mod dump;
    pub(crate) mod hooks;
    pub(crate) mod stall;
    #[cfg(feature = "timeline")]
    pub(crate) mod timeline;
}

/// What programs build with.
mod tools {
    mod ends;
    pub(crate) mod event;
    pub(crate) mod group;
    pub(crate) mod guard;
    mod release;
    pub(crate) mod stop;
    pub(crate) mod supervisor;
    pub(crate) mod timer;
}

mod start;

/// The end of the process.
mod process {
    pub(crate) mod explain;
    pub(crate) mod shutdown;
}

mod join;

mod failure;

mod thread;

mod local;

mod os;

#[doc(hidden)]
pub mod class;

/// What is known of every thread, whatever its class.
mod core {
    pub(crate) mod backtrace;
    mod cycle;
    pub(crate) mod end;
    pub(crate) mod exception;
    pub(crate) mod graph;
    mod life;
    pub(crate) mod observe;
    mod open_scope;
    pub(crate) mod record;
    pub(crate) mod registry;
    pub(crate) mod stop;
    pub(crate) mod test;
}

/// Nothing of threads.
mod base {
    pub(crate) mod clock;
    pub(crate) mod condvar;
    pub(crate) mod guest;
    pub(crate) mod ident;
    pub(crate) mod name;
    pub(crate) mod primitive;
    pub(crate) mod virtual_time;
}

#[cfg(any(doc, doctest))]
pub mod guide;

#[doc(hidden)]
pub mod __private;

/// What a schedule that fails is told of the threads. It stands on the roof: the table is made on the highest floor.
#[cfg(threadkit_model)]
pub(crate) static RUNTIME: threadkit_schedules::runtime::Runtime =
    threadkit_schedules::runtime::Runtime {
        table: || dump().to_string(),
        standing: watch::dump::standing,
    };

pub use self::core::exception::{Exception, ExceptionKind, PanicLocation};
pub use self::core::stop::Stopped;
pub use base::clock::now;
pub use base::ident::ThreadId;
pub use base::name::Name;
pub use class::ThreadClass;
pub use failure::exit::exit_thread;
pub use failure::hook::{
    ExceptHookArgs, call_excepthook, default_excepthook, set_excepthook, silent, take_excepthook,
};
pub use join::future::ThreadFuture;
pub use join::{JoinCycle, JoinError};
pub use local::{AccessError, Local, LocalKey};
#[cfg(feature = "stacks")]
pub use os::stacks::{Frame, Stack, StackError, set_stack_signal};
pub use process::shutdown::{ShuttingDown, at_exit, at_shutdown};
pub use start::builder::{Builder, StartError};
pub use start::ready::{NotReady, ready};
pub use start::scope::{Scope, scope};
pub use start::startable::Startable;
pub use start::target::{ScopedTarget, Target, spawn};
pub use thread::current::{
    active_count, current_thread, enumerate, get_ident, get_native_id, main_thread, with_current,
};
pub use thread::kept::set_keep_alive;
pub use thread::{Erased, Thread};
pub use tools::event::Event;
pub use tools::group::Group;
pub use tools::group::iter::GroupIntoIter;
pub use tools::group::outcome::GroupError;
pub use tools::guard::Guard;
pub use tools::stop::{
    StopRegistration, StopToken, on_stop, sleep, stop_all, stop_requested, while_stoppable,
};
pub use tools::supervisor::{
    ChildObject, ChildSpec, Restart, Strategy, Supervisor, SupervisorError, SupervisorEvent,
};
pub use tools::timer::Timer;
#[cfg(all(unix, any(feature = "serde", feature = "signal")))]
pub use watch::dump::Dumper;
#[cfg(feature = "stacks")]
pub use watch::dump::dump_stacks;
pub use watch::dump::{Dump, DumpAfter, ThreadDump, ThreadState, WaitsFor, dump, dump_after};
pub use watch::hooks::{Hook, on_exit, on_start};
pub use watch::stall::{
    Stall, StallHookArgs, default_stallhook, progress, set_stallhook, take_stallhook,
};
#[cfg(feature = "timeline")]
pub use watch::timeline::Timeline;

// The compiler's messages show these names; what is in reach of the root they show without a path.
#[doc(hidden)]
pub use __private::{InName, Shown};
#[doc(hidden)]
pub use class::Declared;
#[doc(hidden)]
pub use class::fields::{self, FieldOf, SharedFieldOf, check_field};
#[doc(hidden)]
pub use class::receiver::{self, ByMut, ByRef, ByValue, KeepsObject, RunsOnAnotherThread};
#[doc(hidden)]
pub use class::refusals::{
    self as override_rule, ChangedAsCell, ClassKnown, ClonedAsArc, Configurable, ConfiguredByWith,
    Construction, DaemonCanBeSet, FinalNamesOf, HasNew, InBuilder, InstanceMadeOf, MadeOf,
    NotStarted, OnlyNewAndRunAreOverridden, Started, StartedAs, StartedByStart, Unstarted, local,
    new_returns,
};
#[doc(hidden)]
pub use failure::judge::AsFailure;
#[doc(hidden)]
pub use join::ThreadOfUnknownClass;
#[doc(hidden)]
pub use local::{Inheritable, LocalGet, inherited};

/// Makes `fn main` the main thread: the process ends when every non-daemon thread has ended.
///
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

/// Makes a struct a thread class, and its `impl` the one that defines its activity.
///
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

/// Makes a function a test that answers for its threads: it fails if one of them failed and nobody heard of it, if one
/// outlives it, or if it takes too long.
///
/// # Examples
///
/// ```
/// use threadkit::thread_class;
///
/// #[thread_class]
/// struct Sum(Vec<u32>);
///
/// #[thread_class]
/// impl Sum {
///     fn run(&self) -> u32 {
///         self.0.iter().sum()
///     }
/// }
///
/// #[threadkit::test(timeout = "10s")]
/// fn sums() -> std::io::Result<()> {
///     let sum = Sum(vec![1, 2, 3]).start()?;
///     // Without the next line a panic of `run` would fail the test as well.
///     assert_eq!(sum.value().unwrap(), 6);
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub use threadkit_macros::test;

/// What `#[threadkit::main]` and `#[threadkit::test]` call; its path stands in the compiler's messages.
#[doc(hidden)]
pub mod attribute {
    pub use crate::process::shutdown::{MainOptions, main};
    pub use crate::testing::{TestOptions, test};
}
