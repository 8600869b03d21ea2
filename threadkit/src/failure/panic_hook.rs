//! The panic hook, as far as this crate uses it: to note where a thread of its own panicked, and to
//! hold std's message back where an excepthook of the user's will speak.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::mem;
use std::panic::PanicHookInfo;
use std::sync::Arc;

use crate::base::guest::Payload;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::{panic, thread, thread_local};
use crate::core::backtrace::PanicBacktrace;
use crate::core::exception::{Circumstances, Exception, PanicLocation, panic_message};
use crate::core::observe::{self, Moment};
use crate::core::record::Record;
use crate::failure::hook;
use crate::failure::report::report_lost;
use crate::os;
use crate::os::process::AtExit;
use crate::thread::current::{self, with_current};
use crate::thread::fork::{self, Held};
use crate::thread::kept;

/// What the panic hook saw of a panic.
struct PanicNote {
    of: Fingerprint,
    location: Option<PanicLocation>,
    backtrace: Option<Box<PanicBacktrace>>,
    /// A hook of the user's was in force.
    hook_in_force: bool,
    /// The message, where std did not print it.
    held_back: Option<String>,
}

/// Tells by its payload which panic it is: the hook is not given the payload itself, which may be large.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Fingerprint {
    payload: TypeId,
    message: u64,
}

impl Fingerprint {
    fn of(payload: &(dyn Any + Send)) -> Self {
        let mut hasher = DefaultHasher::new();
        panic_message(payload).hash(&mut hasher);
        Self { payload: payload.type_id(), message: hasher.finish() }
    }
}

/// How many notes a thread keeps: the panic that ends `run` need not be the latest, since destructors that run
/// meanwhile may catch others, and `run` may resume one that it caught earlier. They are small.
const KEPT: usize = 256;

/// How many of them keep their backtrace, which is large.
const BACKTRACES_KEPT: usize = 4;

thread_local! {
    static NOTES: Notes = const { Notes(RefCell::new(Vec::new())) };
}

/// What the panic hook saw on a thread.
struct Notes(RefCell<Vec<PanicNote>>);

impl Notes {
    fn add(&self, note: PanicNote) {
        let mut notes = self.0.borrow_mut();
        notes.retain(|other| other.of != note.of);
        if notes.len() == KEPT {
            report_held_back(&[notes.remove(0)]);
        }
        notes.push(note);
        let mut backtraces =
            notes.iter_mut().rev().map(|note| &mut note.backtrace).filter(|kept| kept.is_some());
        if let Some(earlier) = backtraces.nth(BACKTRACES_KEPT) {
            *earlier = None;
        }
    }

    fn take(&self, payload: &(dyn Any + Send)) -> Option<PanicNote> {
        let of = Fingerprint::of(payload);
        let mut notes = self.0.borrow_mut();
        let place = notes.iter().position(|note| note.of == of)?;
        Some(notes.remove(place))
    }
}

/// At the end of the thread, or at `process::exit`, maybe in the middle of a panic. What is still held back then has
/// come to no boundary, and will not.
impl Drop for Notes {
    fn drop(&mut self) {
        report_held_back(self.0.get_mut());
    }
}

/// At the end of an object whose thread is kept for others. What is still held back has come to no boundary.
pub(crate) fn tell_held_back() {
    let _ = NOTES.try_with(|notes| report_held_back(&notes.0.take()));
}

/// At `process::exit`, where it is too early for `Notes` to be dropped or nothing drops it: musl, a static glibc.
struct Exiting;

impl AtExit for Exiting {
    fn at_exit() {
        // Where the notes are gone, they have been dropped.
        let _ = NOTES.try_with(|notes| {
            if let Ok(mut notes) = notes.0.try_borrow_mut() {
                report_held_back(&mem::take(&mut *notes));
            }
        });
    }
}

/// Says what was held back, where nobody else will.
fn report_held_back(notes: &[PanicNote]) {
    for note in notes {
        if let Some(message) = &note.held_back {
            report_lost(message, note.location.as_ref(), note.backtrace.as_deref());
        }
    }
}

global! {
    /// Whether the hook is there: in its place, or kept by a hook of the program's.
    static INSTALLED: AtomicBool = AtomicBool::new(false);

    /// Held while the hook is put in its place, so that every start finds it there. Std's lock, since a
    /// fork waits for it.
    static INSTALLING: Mutex<()> = Mutex::new(());
}

/// Taken before a fork. A fork inside a panic hook runs under std's hook lock, and the holder of `INSTALLING` may be
/// waiting for that lock; waiting here could deadlock, so we only try.
fn hold() -> Box<dyn Held> {
    let panicking = thread::panicking();
    let lock =
        if panicking { INSTALLING.try_lock().ok() } else { Some(primitive::lock(&INSTALLING)) };
    Box::new(Installing(lock))
}

struct Installing(Option<MutexGuard<'static, ()>>);

impl Held for Installing {
    /// If we could not take the lock before the fork, its holder does not exist in the child. Treat the hook as installed.
    fn in_child(&mut self) {
        if self.0.is_none() {
            INSTALLED.store(true, Ordering::Relaxed); // Relaxed: in a child there is no other thread
        }
    }
}

/// Wraps the panic hook. Not while panicking, since `take_hook` would panic then; and the thread that is
/// being started cannot make up for it, since its starter may be the panic hook, which holds std's lock of
/// the hooks and may wait for the thread.
pub(crate) fn install() {
    if !is_installed() && !thread::panicking() {
        wait_for_locks();
        wrap(&primitive::lock(&INSTALLING));
    }
}

/// Has forks wait for the locks of this room.
fn wait_for_locks() {
    global! {
        static DONE: AtomicBool = AtomicBool::new(false);
    }
    fork::once(&DONE, |holds| {
        holds.push(hold);
        holds.push(|| Box::new(hook::lock()));
    });
}

pub(crate) fn is_installed() -> bool {
    // Acquire: paired with the Release in `wrap`; who sees it set finds the hook in its place.
    INSTALLED.load(Ordering::Acquire)
}

fn wrap(_: &MutexGuard<'_, ()>) {
    // Relaxed: written under the lock, but for `Presence`, which makes up for it itself.
    if INSTALLED.load(Ordering::Relaxed) {
        return;
    }
    let program = panic::take_hook();
    // Taken again with none set, std gives its own; two of these compare equal.
    let std_hook = panic::take_hook();
    let is_std = std::ptr::eq::<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>(&*program, &*std_hook);
    let presence = Presence;
    panic::set_hook(Box::new(move |info| {
        let _ = &presence;
        on_panic(info, &*program, is_std);
    }));
    INSTALLED.store(true, Ordering::Release); // Release: as in `install`
}

/// Goes with the hook, when the program sets one that does not keep those before it. That one is
/// wrapped in turn: otherwise nobody could tell a panic that it has reported from one that
/// `resume_unwind` raised past all hooks.
struct Presence;

impl Drop for Presence {
    fn drop(&mut self) {
        INSTALLED.store(false, Ordering::Release); // Release: paired with `install`, as above
        // Not to wait for who is installing: this may be the same thread, which drops a hook then.
        if !thread::panicking() {
            if let Ok(installing) = INSTALLING.try_lock() {
                wrap(&installing);
            }
        }
    }
}

/// The failure of the current thread that panicked with this payload.
pub(crate) fn exception_of(payload: Payload, thread: &Record) -> Exception {
    // Gone when the thread's locals are, and then it has not failed any more.
    let note = NOTES.try_with(|notes| notes.take(&*payload)).ok().flatten();
    exception(payload, note, thread)
}

/// If our hook saw no panic, none was reported (`resume_unwind` skips hooks). If our hook was replaced, the other one
/// reported it.
fn exception(payload: Payload, note: Option<PanicNote>, thread: &Record) -> Exception {
    let circumstances = match note {
        Some(note) => Circumstances {
            location: note.location,
            backtrace: note.backtrace,
            is_reported: note.held_back.is_none(),
            is_settled: !note.hook_in_force,
        },
        None => Circumstances {
            location: None,
            backtrace: None,
            is_reported: !is_installed(),
            is_settled: false,
        },
    };
    Exception::from_panic(payload, circumstances, thread.name(), thread.class_name())
}

fn on_panic(info: &PanicHookInfo<'_>, program: &dyn Fn(&PanicHookInfo<'_>), is_std: bool) {
    // A panic in here would abort: everything below is written not to.
    let Some(hook_in_force) = current::in_run(hook::is_customised) else {
        return program(info);
    };
    let message = panic_message(info.payload());
    if cannot_unwind(message) {
        // The process is about to abort: whatever was held back has to be said now.
        let _ = NOTES.try_with(|notes| report_held_back(&notes.0.take()));
        return program(info);
    }
    // What is caught on the way to the boundary is reported as everywhere in Rust.
    let held_back = hook_in_force && is_std && !os::unwind::is_caught_by_user();
    let (location, backtrace) = (info.location().map(PanicLocation::of), PanicBacktrace::capture());
    if !held_back {
        if is_std && kept::is_kept() {
            // Std would name the system's thread, which is called as its class is.
            report_lost(message, location.as_ref(), backtrace.as_deref());
        } else {
            program(info);
        }
    }
    let note = PanicNote {
        of: Fingerprint::of(info.payload()),
        location,
        backtrace,
        hook_in_force,
        held_back: held_back.then(|| message.to_owned()),
    };
    if cfg!(panic = "abort") {
        return report_before_abort(message, note);
    }
    if held_back {
        global! {
            static AT_EXIT: AtomicBool = AtomicBool::new(false);
        }
        // Relaxed: only one is to call it, and nobody waits until that is done.
        if !AT_EXIT.swap(true, Ordering::Relaxed) {
            os::process::at_exit::<Exiting>();
        }
    }
    let _ = NOTES.try_with(|notes| notes.add(note));
}

/// With `panic = "abort"` there is no boundary of `run` to come to.
fn report_before_abort(message: &str, note: PanicNote) {
    with_current(|thread| {
        let payload = Box::new(message.to_owned());
        let exception = Arc::new(exception(payload, Some(note), thread.record()));
        observe::tell(thread.record(), Moment::Fails(&exception));
        hook::call(&exception, thread);
    });
}

/// `PanicHookInfo::can_unwind` is not stable; the messages are the standard library's.
fn cannot_unwind(message: &str) -> bool {
    message.starts_with("panic in a function that cannot unwind")
        || message.starts_with("panic in a destructor during cleanup")
}
