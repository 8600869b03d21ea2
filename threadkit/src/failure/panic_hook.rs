//! The panic hook, as far as this crate uses it: to note where a thread of its own panicked, and to
//! hold std's message back where an excepthook of the user's will speak.

use std::any::{Any, TypeId};
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::panic::PanicHookInfo;
use std::sync::Arc;

use crate::base::guest::Payload;
use crate::base::locks;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::{panic, thread, thread_local};
use crate::core::exception::{Circumstances, Exception, Location, panic_message};
use crate::core::observe::{self, Moment};
use crate::core::record::Record;
use crate::failure::hook;
use crate::failure::report::report_lost;
use crate::thread::current::{self, with_current};

/// What the panic hook saw of a panic.
struct PanicNote {
    message: String,
    /// Tells payloads apart that have no message.
    payload: TypeId,
    location: Option<Location>,
    backtrace: Option<String>,
    /// A hook of the user's was in force.
    hook_in_force: bool,
    /// Std's message was not printed.
    held_back: bool,
}

impl PanicNote {
    fn is_of(&self, payload: TypeId, message: &str) -> bool {
        self.payload == payload && self.message == message
    }
}

/// How many different notes a thread keeps: the panic that ends `run` need not be the latest, since
/// destructors that run meanwhile may catch others, and `run` may resume one that it caught earlier.
const KEPT: usize = 256;

thread_local! {
    static NOTES: Notes = const { Notes(RefCell::new(Vec::new())) };
}

/// What the panic hook saw on a thread.
struct Notes(RefCell<Vec<PanicNote>>);

impl Drop for Notes {
    fn drop(&mut self) {
        // `process::exit` in the middle of a panic, which then comes to no boundary.
        if thread::panicking() {
            report_held_back(self.0.get_mut());
        }
    }
}

/// Says what was held back, where nobody else will. Some of it may have been caught before; better too
/// much than nothing.
fn report_held_back(notes: &[PanicNote]) {
    for note in notes.iter().filter(|note| note.held_back) {
        report_lost(&note.message, note.location.as_ref());
    }
}

global! {
    /// Whether the hook is there: in its place, or kept by a hook of the program's.
    static INSTALLED: AtomicBool = AtomicBool::new(false);

    /// Held while the hook is put in its place, so that every start finds it there. Std's lock, since a
    /// fork waits for it.
    static INSTALLING: Mutex<()> = Mutex::new(());
}

/// For a fork. A panic hook that forks may be waited for by who holds the lock, who waits for std's lock of
/// the hooks: then it is not waited for in turn.
pub(crate) fn lock() -> Option<MutexGuard<'static, ()>> {
    if thread::panicking() { INSTALLING.try_lock().ok() } else { Some(locks::lock(&INSTALLING)) }
}

/// In a fork's child: where the lock could not be had, who holds it is not there, and will not give it back.
/// There is no further hook then.
pub(crate) fn after_fork(lock: Option<&MutexGuard<'static, ()>>) {
    if lock.is_none() {
        INSTALLED.store(true, Ordering::Relaxed); // Relaxed: in a child there is no other thread
    }
}

/// Wraps the panic hook. Not while panicking, since `take_hook` would panic then; and the thread that is
/// being started cannot make up for it, since its starter may be the panic hook, which holds std's lock of
/// the hooks and may wait for the thread.
pub(crate) fn install() {
    if !is_installed() && !thread::panicking() {
        wrap(&locks::lock(&INSTALLING));
    }
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
    let note = take_note(&*payload);
    exception(payload, note, thread)
}

/// A panic that the hook did not see (`resume_unwind` skips it) has not been reported; where the hook is not in
/// its place, the one that is has reported it.
fn exception(payload: Payload, note: Option<PanicNote>, thread: &Record) -> Exception {
    let circumstances = match note {
        Some(note) => Circumstances {
            location: note.location,
            backtrace: note.backtrace,
            is_reported: !note.held_back,
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

/// The note of the panic that has this payload, if the hook saw it. The others are of panics that
/// `run` caught, and may yet resume.
fn take_note(payload: &(dyn Any + Send)) -> Option<PanicNote> {
    let (kind, message) = (payload.type_id(), panic_message(payload));
    let take = |notes: &Notes| {
        let mut notes = notes.0.borrow_mut();
        let place = notes.iter().position(|note| note.is_of(kind, message))?;
        Some(notes.remove(place))
    };
    // Gone when the thread's locals are, and then it has not failed any more.
    NOTES.try_with(take).ok().flatten()
}

fn keep(note: PanicNote) {
    let _ = NOTES.try_with(|notes| {
        let mut notes = notes.0.borrow_mut();
        notes.retain(|other| !other.is_of(note.payload, &note.message));
        if notes.len() == KEPT {
            notes.remove(0);
        }
        notes.push(note);
    });
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
    let held_back = hook_in_force && is_std;
    let note = PanicNote {
        message: message.to_owned(),
        payload: info.payload().type_id(),
        location: info.location().map(Location::of),
        backtrace: backtrace(),
        hook_in_force,
        held_back,
    };
    if !held_back {
        program(info);
    }
    if cfg!(panic = "abort") {
        return report_before_abort(note);
    }
    keep(note);
}

/// With `panic = "abort"` there is no boundary of `run` to come to.
fn report_before_abort(note: PanicNote) {
    with_current(|thread| {
        let payload = Box::new(note.message.clone());
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

fn backtrace() -> Option<String> {
    let backtrace = Backtrace::capture();
    (backtrace.status() == BacktraceStatus::Captured).then(|| users_part(&backtrace.to_string()))
}

/// Leaves the machinery of the panic and of the thread out of a backtrace: it begins in the code that
/// panicked, and ends where std began the thread, as std's own short form does.
fn users_part(backtrace: &str) -> String {
    let mut frames: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in backtrace.lines() {
        match line.split_once(": ") {
            Some((number, name)) if number.trim().parse::<u32>().is_ok() => {
                frames.push((name, Vec::new()));
            }
            _ => frames.last_mut().into_iter().for_each(|(_, places)| places.push(line)),
        }
    }
    let is = |marker: &'static str| move |(name, _): &(&str, _)| name.contains(marker);
    let panicked = frames.iter().position(is("__rust_end_short_backtrace")).map_or(0, |at| at + 1);
    let machinery = frames[panicked..].iter().take_while(|(name, _)| is_machinery(name)).count();
    let begin = panicked + machinery;
    let thread = frames[begin..].iter().position(is("__rust_begin_short_backtrace"));
    let end = thread.map_or(frames.len(), |at| begin + at);
    let mut text = String::new();
    for (number, (name, places)) in frames[begin..end].iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{number:4}: {name}");
        for place in places {
            let _ = writeln!(text, "{place}");
        }
    }
    text
}

fn is_machinery(function: &str) -> bool {
    let path = function.trim_start_matches('<');
    ["core::", "std::", "alloc::", "__rustc", "rust_begin_unwind"]
        .iter()
        .any(|root| path.starts_with(root))
}

#[cfg(test)]
mod tests {
    use super::users_part;

    #[test]
    fn a_backtrace_begins_and_ends_in_the_users_code() {
        let whole = "   0: std::backtrace::capture\n             at lib.rs:1:2\n   \
            1: std::sys::backtrace::__rust_end_short_backtrace\n   \
            2: rust_begin_unwind\n   3: core::panicking::panic_fmt\n   \
            4: app::work\n             at main.rs:3:4\n   5: app::run\n   \
            6: std::sys::backtrace::__rust_begin_short_backtrace\n   7: clone\n";
        let users = "   0: app::work\n             at main.rs:3:4\n   1: app::run\n";
        assert_eq!(users_part(whole), users);
    }
}
