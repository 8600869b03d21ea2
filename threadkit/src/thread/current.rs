//! The thread that is running now.

use std::cell::Cell;
use std::sync::Arc;

use crate::base::guest;
use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::base::primitive::{thread, thread_local};
use crate::core::graph;
use crate::core::record::Record;
use crate::core::registry;
use crate::os;
use crate::os::process::{AtFork, Forking};
use crate::os::seat::Seat;
use crate::thread::{Thread, erased, fork};

/// A thread's own handle. In a thread of this crate it is the first of std's thread-locals to be
/// registered, hence the last to be destroyed (std destroys in reverse order): its `Drop` is where
/// the thread is over, unless it is kept for another object: see [`kept`](super::kept).
struct Current {
    thread: Seat<Thread>,
    /// The thread is on its way out: what it was started for has returned.
    returned: Cell<bool>,
}

thread_local! {
    static CURRENT: Current = const {
        Current { thread: Seat::new(), returned: Cell::new(false) }
    };
}

impl Drop for Current {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        guest::set_hearer(None);
        if thread.is_started_here() && !self.returned.get() {
            // `process::exit` destroys the thread-locals of its caller, which is not over by that.
            graph::exits_on(thread.record_arc());
        } else {
            registry::end(thread.record());
        }
    }
}

/// The handle of the current thread, as Python's [`threading.current_thread`].
///
/// A thread that was not started here (by std, by C) gets a *dummy* at the first use: alive,
/// daemonic, not joinable, gone when the thread ends. Inside `run`, the typed handle is
/// `current_thread().downcast::<Self>()`.
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| threadkit::current_thread());
/// assert_eq!(thread.value().unwrap(), thread.to_thread());
/// ```
///
/// [`threading.current_thread`]: https://docs.python.org/3/library/threading.html#threading.current_thread
#[must_use]
#[inline]
#[doc(alias("currentThread", "current"))]
pub fn current_thread() -> Thread {
    // Its parts and not the whole, which would be copied from place to place.
    erased(with_current(|thread| thread.record_arc().clone()))
}

/// Calls `f` with the handle of the current thread, without the cost of cloning it.
///
/// # Examples
///
/// ```
/// let is_daemon = threadkit::with_current(|thread| thread.is_daemon());
/// ```
#[expect(clippy::missing_panics_doc, reason = "it is called on one of the two branches")]
#[inline]
pub fn with_current<R>(f: impl FnOnce(&Thread) -> R) -> R {
    // `try_with` consumes what it is given even where it does not call it.
    let mut f = Some(f);
    let mut call = |thread: &Thread| f.take().expect("f is called once")(thread);
    match CURRENT.try_with(|current| current.thread.with(adopt, &mut call)) {
        Ok(result) => result,
        // The thread is past its end: only foreign destructors run now.
        Err(_) => past_end(call),
    }
}

/// Out of line, so that the way that is taken is short enough to be inlined everywhere.
#[cold]
#[inline(never)]
fn past_end<R>(call: impl FnOnce(&Thread) -> R) -> R {
    call(&after_end())
}

/// The identity of the current thread, as Python's [`threading.get_ident`].
///
/// # Examples
///
/// ```
/// assert_eq!(threadkit::get_ident(), threadkit::current_thread().ident());
/// ```
///
/// [`threading.get_ident`]: https://docs.python.org/3/library/threading.html#threading.get_ident
#[must_use]
pub fn get_ident() -> ThreadId {
    with_current(Thread::ident)
}

/// The kernel's id of the current thread, as Python's [`threading.get_native_id`].
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| threadkit::get_native_id());
/// assert_ne!(thread.value().unwrap(), threadkit::get_native_id());
/// ```
///
/// [`threading.get_native_id`]: https://docs.python.org/3/library/threading.html#threading.get_native_id
#[doc(alias("gettid", "pthread_self"))]
#[must_use]
pub fn get_native_id() -> u64 {
    os::thread::native_id()
}

/// The threads that are alive, in the order of their start: the main thread, daemons, dummies, and
/// those that are being started. As Python's [`threading.enumerate`].
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| threadkit::enumerate().len());
/// assert!(thread.value().unwrap() >= 2); // main and the thread itself
/// ```
///
/// [`threading.enumerate`]: https://docs.python.org/3/library/threading.html#threading.enumerate
#[must_use]
pub fn enumerate() -> Vec<Thread> {
    registry::alive().into_iter().map(erased).collect()
}

/// How many threads are alive: the length of [`enumerate`], as Python's [`threading.active_count`].
///
/// # Examples
///
/// ```
/// assert!(threadkit::active_count() >= 1);
/// ```
///
/// [`threading.active_count`]: https://docs.python.org/3/library/threading.html#threading.active_count
#[must_use]
#[doc(alias = "activeCount")]
pub fn active_count() -> usize {
    registry::count_alive()
}

/// The main thread, from whichever thread it is asked for; as Python's [`threading.main_thread`].
///
/// In a fork's child it is the thread that forked.
///
/// # Examples
///
/// ```
/// assert_eq!(threadkit::main_thread().class_name(), "MainThread");
/// ```
///
/// [`threading.main_thread`]: https://docs.python.org/3/library/threading.html#threading.main_thread
#[must_use]
pub fn main_thread() -> Thread {
    erased(registry::main())
}

/// Makes `thread` the current one; called first of all on a thread that was started here.
pub(crate) fn begin(thread: Thread) {
    CURRENT.with(|current| current.thread.set(thread));
}

/// Has `thread` as the current one while `f` is called, and no other afterwards: the threads of this crate that a thread
/// of the system is, one after the other.
pub(crate) fn hold(thread: Thread, f: impl FnOnce()) -> Thread {
    CURRENT.with(|current| {
        current.returned.set(false);
        current.thread.hold(thread, f)
    })
}

/// Makes the thread of `record` the current one, on which a test is about to run.
pub(crate) fn begin_test(record: Arc<Record>) {
    prepare_for_forks();
    begin(introduced(record));
}

/// What the thread was started for has returned: its end is next.
pub(crate) fn set_returned() {
    CURRENT.with(|current| current.returned.set(true));
}

/// What `f` says of the current thread, if it was started here and its end is not reached.
pub(crate) fn in_run<R>(f: impl FnOnce(&Record) -> R) -> Option<R> {
    let thread = existing().filter(|_| guest::is_heard())?;
    Some(f(thread.record()))
}

/// Whether the thread was started here: the only ones whose `run` an unwind ends.
pub(crate) fn is_started_here() -> bool {
    existing().is_some_and(|thread| thread.is_started_here())
}

/// The handle, if the thread has one already: for a fork's child, where nothing may be made.
pub(crate) fn existing() -> Option<Thread> {
    CURRENT.try_with(|current| current.thread.look(Thread::clone)).ok().flatten()
}

/// Calls `f` with the handle, if the thread has one already, and is not past its end.
#[inline]
pub(crate) fn if_existing(f: impl FnOnce(&Thread)) {
    let _ = CURRENT.try_with(|current| current.thread.look(f));
}

/// The first use on a thread that was not started here.
#[cold]
fn adopt() -> Thread {
    prepare_for_forks();
    introduced(if os::thread::is_main() { registry::main() } else { registry::add_dummy() })
}

/// The current thread, which was not started here, as its record is to know it.
fn introduced(record: Arc<Record>) -> Thread {
    record.set_native_id(os::thread::native_id());
    record.set_system_thread(thread::current());
    erased(record)
}

/// Who the current thread is where it is past its end.
#[cold]
pub(crate) fn after_end() -> Thread {
    let is_main = os::thread::is_main();
    erased(if is_main { registry::main() } else { Record::dummy() })
}

/// Has every fork of the process wait for the locks that the child needs.
pub(crate) fn prepare_for_forks() {
    struct Locks;

    impl AtFork for Locks {
        fn prepare() -> Box<dyn Forking> {
            fork::hold(existing().map(|thread| thread.record_arc().clone()))
        }
    }

    os::process::at_fork::<Locks>();
}

impl<C> Thread<C> {
    /// Changes the name, at any time. Called on the thread itself, it reaches the system too, which
    /// may cut it (Linux at 15 bytes; here at a char boundary and at an inner NUL). Names need not be
    /// unique.
    #[doc(alias = "setName")]
    pub fn set_name(&self, name: impl Into<Name>) {
        let name = name.into();
        if with_current(|current| current == self) {
            os::thread::set_name(&name);
        }
        self.record().set_name(name);
    }
}
