//! The excepthook: what is told of a thread that failed, and by whom.

use std::cell::Cell;
use std::mem;
use std::sync::Arc;

use crate::base::guest;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::thread_local;
use crate::core::exception::Exception;
use crate::core::record::{Failed, Record};
use crate::core::test::Test;
use crate::failure::exit;
use crate::failure::report::report;
use crate::os;
use crate::thread::current;
use crate::thread::{Thread, erased};

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

/// What `#[thread_class(excepthook = path)]` calls: the core, which knows of the hook, knows no handle.
pub fn call_hook(failed: &Failed<'_>, hook: fn(&ExceptHookArgs<'_>)) {
    let thread = erased(failed.thread.clone());
    hook(&ExceptHookArgs { exception: failed.exception, thread: &thread });
}

type Hook = dyn Fn(&ExceptHookArgs<'_>) + Send + Sync;

global! {
    /// Std's lock, since a fork waits for it.
    static HOOKS: Mutex<Hooks> = Mutex::new(Hooks { program: None, tests: Vec::new() });
}

/// Who is told of failures, apart from the hooks of classes.
pub(crate) struct Hooks {
    program: Option<Arc<Hook>>,
    /// What tests have set for their own threads.
    tests: Vec<(Arc<Test>, Arc<Hook>)>,
}

impl Hooks {
    fn of_test(&self, test: &Arc<Test>) -> Option<&Arc<Hook>> {
        self.tests.iter().find(|(other, _)| Arc::ptr_eq(other, test)).map(|(_, hook)| hook)
    }

    /// The one for a thread: that of its test, or the program's.
    fn of(&self, thread: &Record) -> Option<Arc<Hook>> {
        let own = thread.test().and_then(|test| self.of_test(test));
        own.or(self.program.as_ref()).cloned()
    }

    /// Puts a hook in its place, and gives back what was there.
    fn replace(&mut self, test: Option<&Arc<Test>>, hook: Option<Arc<Hook>>) -> Option<Arc<Hook>> {
        let Some(test) = test else { return mem::replace(&mut self.program, hook) };
        let place = self.tests.iter().position(|(other, _)| Arc::ptr_eq(other, test));
        let previous = place.map(|place| self.tests.swap_remove(place).1);
        self.tests.extend(hook.map(|hook| (test.clone(), hook)));
        previous
    }
}

thread_local! {
    /// Whether the program's hook is being called on this thread, which would otherwise call itself.
    static IN_PROGRAM_HOOK: Cell<bool> = const { Cell::new(false) };
}

pub(crate) fn lock() -> MutexGuard<'static, Hooks> {
    primitive::lock(&HOOKS)
}

/// Sets the hook, and gives back what was there; in a test, for the threads of the test.
fn replace(hook: Option<Arc<Hook>>) -> Option<Arc<Hook>> {
    let current = current::existing();
    let test = current.as_ref().and_then(|thread| thread.record().test());
    lock().replace(test, hook)
}

/// The test is over, and its hook goes.
pub(crate) fn forget_test(test: &Arc<Test>) {
    let hook = lock().replace(Some(test), None);
    guest::drop(hook);
}

/// Sets the function that is called when a thread fails: its `run` panicked or returned an `Err`.
///
/// It runs on the thread that failed, once for each failure, before the thread is over. Threads of
/// a class with an `excepthook` of its own call that instead. The hook is looked up when a thread
/// fails, so it also applies to threads that are running already; but a panic that happened before
/// the hook was set, and was reported then, is not reported again.
///
/// While it is set, std's message of a panic that leaves `run` is held back; [`default_excepthook`], called from the
/// hook, says what was held back. A panic that `run` catches keeps its message, at once, as everywhere in Rust: who will
/// catch a panic is found before it unwinds, on Linux and macOS (elsewhere the message of a caught one comes when the
/// thread ends). One that is caught to be raised again with `resume_unwind`, as [`std::thread::scope`] and thread pools
/// do, is both: it has its message, and where it leaves `run` after all it is the hook's, too. A panic hook that the
/// program installed is called all the same, whether it was there before the first start or came later.
/// (Take care not to keep a hook that `std::panic::take_hook` gave without calling it: then nobody can
/// tell a panic that was reported past it from one that `resume_unwind` raised, and it is reported twice.
/// So is one that happens at the very moment at which the program replaces the panic hook.)
///
/// If the hook panics, that is reported, and nothing else ends.
///
/// In a [`#[threadkit::test]`](macro@crate::test) it is the hook of the test's threads alone, until the test ends.
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
#[doc(alias("UncaughtExceptionHandler", "panic hook"))]
pub fn set_excepthook(hook: impl Fn(&ExceptHookArgs<'_>) + Send + Sync + 'static) {
    let previous = replace(Some(Arc::new(hook)));
    // Outside of the lock: what a hook captures is the user's.
    drop(previous);
}

/// Takes the program's hook away and gives it back; [`default_excepthook`] is in place again.
///
/// Where no hook is set, this is the default one.
#[must_use = "the hook is gone from its place; to drop it, say so"]
pub fn take_excepthook() -> Box<dyn Fn(&ExceptHookArgs<'_>) + Send + Sync> {
    match replace(None) {
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

/// Calls the program's hook, or [`default_excepthook`] where none is set: what would have happened if the class had no
/// hook of its own. For the hook of a class that does something besides, or for some failures only.
///
/// From the program's hook itself it calls [`default_excepthook`].
///
/// # Examples
///
/// ```
/// use threadkit::{ExceptHookArgs, thread_class};
///
/// #[thread_class(excepthook = Upload::failed)]
/// struct Upload;
///
/// #[thread_class]
/// impl Upload {
///     fn run(&self) -> std::io::Result<()> {
///         Err(std::io::ErrorKind::BrokenPipe.into())
///     }
///
///     fn failed(args: &ExceptHookArgs<'_>) {
///         // The other side hangs up all day long.
///         if args.exception.message() != "broken pipe" {
///             threadkit::call_excepthook(args);
///         }
///     }
/// }
///
/// # fn main() -> std::io::Result<()> {
/// assert!(Upload.start()?.join().is_err());
/// # Ok(())
/// # }
/// ```
pub fn call_excepthook(args: &ExceptHookArgs<'_>) {
    let program = if IN_PROGRAM_HOOK.get() { None } else { lock().of(args.thread.record()) };
    match &program {
        Some(hook) => call_program(&**hook, args),
        None => default_excepthook(args),
    }
    // The last of it, if it was taken meanwhile: what it captures may panic.
    guest::drop(program);
}

/// Remembers that the hook is called, also where it panics.
fn call_program(hook: &Hook, args: &ExceptHookArgs<'_>) {
    struct Called;
    impl Drop for Called {
        fn drop(&mut self) {
            IN_PROGRAM_HOOK.set(false);
        }
    }
    IN_PROGRAM_HOOK.set(true);
    let _called = Called;
    hook(args);
}

/// An excepthook that says nothing, for classes whose failures are handled where they are joined:
/// `#[thread_class(excepthook = threadkit::silent)]`.
pub fn silent(_: &ExceptHookArgs<'_>) {}

/// Whether a hook of the user's is in force for the thread.
pub(crate) fn is_customised(thread: &Record) -> bool {
    thread.class_hook().is_some() || lock().of(thread).is_some()
}

/// Calls the hook in force for a thread that failed; on that thread.
pub(crate) fn call(exception: &Arc<Exception>, thread: &Thread) {
    let record = thread.record();
    if let Some(test) = record.test() {
        let has_hook = record.class_hook().is_some() || lock().of_test(test).is_some();
        if !has_hook || exception.is_settled() {
            test.note(exception, record.start_location);
        }
    }
    if exception.is_settled() {
        return;
    }
    let args = ExceptHookArgs { exception, thread };
    let program = lock().of(record);
    // What the hook does wrong is std's to report, at once.
    let hearer = guest::set_hearer(None);
    let called = guest::caught(|| match (record.class_hook(), &program) {
        (Some(class), _) => class(&Failed { exception, thread: thread.record_arc() }),
        (None, Some(program)) => call_program(&**program, &args),
        (None, None) => default_excepthook(&args),
    });
    // The last of it, if it was taken meanwhile. Not dropped by an unwind: what it captures may panic.
    guest::drop(program);
    if let Err(payload) = called.or_else(exit::or_exit) {
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
