//! The excepthook: what is told of a thread that failed, and by whom.

use std::any::Any;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::base::guest::{self, Blame, Payload};
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::exception::{Exception, ExceptionKind, Location};
use crate::core::observe::{self, Moment};
use crate::core::record::Record;
use crate::failure::exit;
use crate::failure::panic_hook::{self, PanicNote};
use crate::os;
use crate::thread::Thread;
use crate::thread::current::with_current;

/// What an excepthook is told, as in Python's [`threading.excepthook`].
///
/// [`threading.excepthook`]: https://docs.python.org/3/library/threading.html#threading.excepthook
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExceptHookArgs<'a> {
    /// How the thread failed.
    pub exception: &'a Arc<Exception>,
    /// The thread that failed, which is the current one.
    pub thread: &'a Thread,
}

/// `#[thread_class(excepthook = path)]`.
pub(crate) type ClassHook = fn(&ExceptHookArgs<'_>);

type Hook = dyn Fn(&ExceptHookArgs<'_>) + Send + Sync;

global! {
    /// The program's hook. Std's lock, since a fork waits for it.
    static HOOK: Mutex<Option<Arc<Hook>>> = Mutex::new(None);
}

pub(crate) type HookGuard = MutexGuard<'static, Option<Arc<Hook>>>;

pub(crate) fn lock() -> HookGuard {
    primitive::lock(&HOOK)
}

/// Sets the function that is called when a thread fails: its `run` panicked or returned an `Err`.
///
/// It runs on the thread that failed, once for each failure, before the thread is over. Threads of
/// a class with an `excepthook` of its own call that instead. The hook is looked up when a thread
/// fails, so it also applies to threads that are running already; but a panic that happened before
/// the hook was set, and was reported then, is not reported again.
///
/// While it is set, std's panic message is held back on threads of this crate;
/// [`default_excepthook`], called from the hook, says what was held back. A panic hook that the
/// program installed is called all the same, whether it was there before the first start or came later.
/// (Take care not to keep a hook that `std::panic::take_hook` gave without calling it: then nobody can
/// tell a panic that was reported past it from one that `resume_unwind` raised, and it is reported twice.
/// So is one that happens at the very moment at which the program replaces the panic hook.)
///
/// If the hook panics, that is reported, and nothing else ends.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
///
/// let (failures, failed) = mpsc::channel();
/// threadkit::set_excepthook(move |args| {
///     failures.send(format!("{}: {}", args.thread.name(), args.exception.message())).unwrap();
/// });
/// # fn main_() -> std::io::Result<()> { Ok(()) }
/// let _ = threadkit::Target::new(|| panic!("no disk")).with_name("indexer").start().unwrap();
/// assert_eq!(failed.recv().unwrap(), "indexer: no disk");
/// ```
pub fn set_excepthook(hook: impl Fn(&ExceptHookArgs<'_>) + Send + Sync + 'static) {
    let previous = lock().replace(Arc::new(hook));
    // Outside of the lock: what a hook captures is the user's.
    drop(previous);
}

/// Takes the program's hook away and gives it back; [`default_excepthook`] is in place again.
///
/// Where no hook is set, this is the default one.
#[must_use = "the hook is gone from its place; to drop it, say so"]
pub fn take_excepthook() -> Box<dyn Fn(&ExceptHookArgs<'_>) + Send + Sync> {
    let hook = lock().take();
    match hook {
        Some(hook) => Box::new(move |args| hook(args)),
        None => Box::new(default_excepthook),
    }
}

/// What happens to a failure where no hook is set.
///
/// A panic has been reported by the panic hook when it happened, so only what was not reported then
/// is written: a message that was held back, or a panic raised by `resume_unwind`. An `Err` is
/// written to stderr: the thread, its class, the message, where it was started, and the error's
/// sources. A stderr that is closed or broken loses the report, and does no harm.
#[doc(alias = "__excepthook__")]
pub fn default_excepthook(args: &ExceptHookArgs<'_>) {
    if args.exception.claim_report() {
        os::stderr::write(&report(args.exception, args.thread.record()));
    }
}

/// An excepthook that says nothing, for classes whose failures are handled where they are joined:
/// `#[thread_class(excepthook = threadkit::silent)]`.
pub fn silent(_: &ExceptHookArgs<'_>) {}

fn report(exception: &Exception, thread: &Record) -> String {
    let (name, id) = (exception.thread_name(), thread.native_id().unwrap_or_default());
    let mut text = match exception.kind() {
        ExceptionKind::Panic => {
            panic_report(&name, id, exception.location().as_ref(), exception.message())
        }
        ExceptionKind::Error => {
            format!(
                "thread '{name}' ({}) failed: {}\n",
                exception.class_name(),
                exception.message()
            )
        }
    };
    for source in exception.sources() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  caused by: {source}");
    }
    if exception.kind() == ExceptionKind::Error {
        if let Some(location) = thread.start_location {
            let _ = writeln!(text, "  started at {location}");
        }
    }
    if let Some(backtrace) = exception.backtrace() {
        let _ = write!(text, "stack backtrace:\n{backtrace}");
    }
    text
}

/// In the words of std's panic hook, whose place it takes.
fn panic_report(name: &str, id: u64, location: Option<&Location>, message: &str) -> String {
    let place = location.map(|location| format!(" at {location}")).unwrap_or_default();
    format!("\nthread '{name}' ({id}) panicked{place}:\n{message}\n")
}

/// A panic whose message was held back, and which is followed by an abort.
pub(crate) fn report_lost(message: &str, location: Option<&Location>) {
    with_current(|thread| {
        let record = thread.record();
        let id = record.native_id().unwrap_or_default();
        os::stderr::write(&panic_report(&record.name(), id, location, message));
    });
}

/// Whether a hook of the user's is in force for the thread.
pub(crate) fn is_customised(thread: &Record) -> bool {
    thread.class_hook().is_some() || lock().is_some()
}

/// Calls the hook in force for a thread that failed; on that thread.
fn call(exception: &Arc<Exception>, thread: &Thread) {
    if exception.is_settled() {
        return;
    }
    let args = ExceptHookArgs { exception, thread };
    let program = lock().clone();
    // What the hook does wrong is std's to report, at once.
    let hearer = guest::set_hearer(None);
    let called = guest::caught(|| match (thread.record().class_hook(), &program) {
        (Some(class), _) => class(&args),
        (None, Some(program)) => program(&args),
        (None, None) => default_excepthook(&args),
    });
    // The last of it, if it was taken meanwhile. Not dropped by an unwind: what it captures may panic.
    guest::drop(program);
    if let Err(payload) = called.or_else(not_exit) {
        // The panic hook has told of the hook's panic. Whether the hook had told of the thread's
        // failure before, nobody knows: better twice than not at all.
        os::stderr::write(&format!(
            "the excepthook panicked on a failure of thread '{}'\n",
            thread.name()
        ));
        default_excepthook(&args);
        guest::drop(payload);
    }
    guest::set_hearer(hearer);
}

/// A hook may leave by `exit_thread`, as `run` may.
fn not_exit(payload: Box<dyn Any + Send>) -> Result<(), Box<dyn Any + Send>> {
    if exit::is_exit(&*payload) { Ok(()) } else { Err(payload) }
}

/// The [hearer](guest::Hearer) of threads that are started here. The current thread failed with a panic: in `run`, or in
/// the destructor of a thread-local. Or something panicked that this crate called or dropped for the user, which is
/// reported, but is no failure of the thread: a callback, an object's `Drop`.
pub(crate) fn panicked(blame: Blame, payload: Payload) {
    if exit::is_exit(&*payload) {
        return;
    }
    let exception = with_current(|thread| exception_of(payload, thread));
    match blame {
        Blame::Thread => failed(exception),
        Blame::Nobody => with_current(|thread| call(&Arc::new(exception), thread)),
    }
}

/// The current thread failed: tells who listens and the hook, and those who join it.
pub(crate) fn failed(exception: Exception) {
    let exception = Arc::new(exception);
    with_current(|thread| {
        observe::tell(thread.record(), Moment::Fails(&exception));
        call(&exception, thread);
        thread.record().set_failure(exception);
    });
}

fn exception_of(payload: Box<dyn Any + Send>, thread: &Thread) -> Exception {
    let note = panic_hook::take_note(&*payload);
    Exception::from_panic(payload, note, thread.record())
}

/// With `panic = "abort"` there is no boundary of `run` to come to.
pub(crate) fn report_before_abort(note: PanicNote) {
    with_current(|thread| {
        let payload: Box<dyn Any + Send> = Box::new(note.message().to_owned());
        let exception = Arc::new(Exception::from_panic(payload, Some(note), thread.record()));
        observe::tell(thread.record(), Moment::Fails(&exception));
        call(&exception, thread);
    });
}
