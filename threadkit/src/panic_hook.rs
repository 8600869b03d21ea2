//! The panic hook, as far as this crate uses it: to note where a thread of its own panicked, and to
//! hold std's message back where an excepthook of the user's will speak.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::panic::{self, PanicHookInfo};
use std::sync::Once;

use crate::current;
use crate::excepthook;
use crate::exception::{Location, panic_message};

/// What the panic hook saw of the latest panic on a thread.
pub(crate) struct PanicNote {
    message: String,
    pub(crate) location: Option<Location>,
    pub(crate) backtrace: Option<String>,
    /// Std's message was not printed.
    pub(crate) held_back: bool,
}

impl PanicNote {
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

thread_local! {
    static NOTE: RefCell<Option<PanicNote>> = const { RefCell::new(None) };
}

/// Wraps the panic hook, once. Not while panicking, since `take_hook` would panic then: a later start
/// makes up for it.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    if INSTALLED.is_completed() || std::thread::panicking() {
        return;
    }
    INSTALLED.call_once(|| {
        let program = panic::take_hook();
        // Taken again with none set, std gives its own; two of these compare equal.
        let std_hook = panic::take_hook();
        let is_std =
            std::ptr::eq::<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>(&*program, &*std_hook);
        panic::set_hook(Box::new(move |info| on_panic(info, &*program, is_std)));
    });
}

/// The note of the panic whose payload has this message, if the hook saw it. A note with another
/// message is of a panic that `run` caught.
pub(crate) fn take_note(payload: &(dyn std::any::Any + Send)) -> Option<PanicNote> {
    let note = NOTE.try_with(RefCell::take).ok().flatten();
    note.filter(|note| note.message == panic_message(payload))
}

fn on_panic(info: &PanicHookInfo<'_>, program: &dyn Fn(&PanicHookInfo<'_>), is_std: bool) {
    // A panic in here would abort: everything below is written not to.
    let Some(hook_in_force) = current::in_run(excepthook::is_customised) else {
        return program(info);
    };
    let message = message_of(info);
    if cannot_unwind(message) {
        // The process is about to abort: whatever was held back has to be said now.
        if let Some(note) = NOTE.try_with(RefCell::take).ok().flatten() {
            excepthook::report_lost(&note.message, note.location.as_ref());
        }
        return program(info);
    }
    let held_back = hook_in_force && is_std && cfg!(panic = "unwind");
    let note = PanicNote {
        message: message.to_owned(),
        location: info.location().map(Location::of),
        backtrace: backtrace(),
        held_back,
    };
    if !held_back {
        program(info);
    }
    if cfg!(panic = "abort") {
        return excepthook::report_before_abort(note);
    }
    // Gone only when the thread's locals are, and then nobody asks for the note.
    let _ = NOTE.try_with(|slot| slot.replace(Some(note)));
}

fn message_of<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    if let Some(message) = info.payload().downcast_ref::<&'static str>() {
        message
    } else if let Some(message) = info.payload().downcast_ref::<String>() {
        message
    } else {
        "Box<dyn Any>"
    }
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
