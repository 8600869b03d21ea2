//! Calling and dropping what belongs to users, which may panic.
//!
//! A panic that leaves a detached thread's last drop aborts the process, and so does one that meets another. What this
//! crate calls or drops on a user's behalf it calls or drops here.

use std::any::Any;
use std::cell::Cell;
use std::hint::black_box;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::base::primitive::thread_local;

/// How deep payloads of panics may panic in turn when they are dropped.
const DEPTH: u32 = 8;

/// What a panic unwinds with.
pub(crate) type Payload = Box<dyn Any + Send>;

/// Whose failure a panic is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The thread's: what ended was part of it, as the value of a thread-local is.
    Thread,
    /// Nobody's: what was called or dropped is apart from the thread, which goes on.
    Nobody,
}

/// Is told of a panic that ended here.
pub(crate) type Hearer = fn(Blame, Payload);

thread_local! {
    static DROPPING: Cell<u32> = const { Cell::new(0) };

    /// Who reports panics on this thread. There is one between the beginning of `run` and the thread's end, but not
    /// while the excepthook is called; where there is none, the panic hook has said all there is to say.
    static HEARER: Cell<Option<Hearer>> = const { Cell::new(None) };

    /// What ended with a panic here was part of the thread, which may not be whole since.
    static MARRED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a value of a thread-local has panicked in its end on the current thread, since this was asked last.
pub(crate) fn take_marred() -> bool {
    MARRED.replace(false)
}

/// Sets who is told of panics on the current thread, and gives back who was.
pub(crate) fn set_hearer(hearer: Option<Hearer>) -> Option<Hearer> {
    HEARER.replace(hearer)
}

/// Whether somebody is told of panics on the current thread.
pub(crate) fn is_heard() -> bool {
    HEARER.get().is_some()
}

/// Tells whoever hears of panics on this thread; drops the payload if nobody does.
pub(crate) fn panicked(blame: Blame, payload: Payload) {
    match HEARER.get() {
        Some(hearer) => hearer(blame, payload),
        None => drop(payload),
    }
}

/// Drops `value`; a panic of its `Drop` is reported, and ends here.
///
/// The payload of that panic is dropped here too, and may panic with another of its kind, without an
/// end: the one at [`DEPTH`] is leaked.
pub(crate) fn drop<T>(value: T) {
    if !mem::needs_drop::<T>() {
        return;
    }
    let depth = DROPPING.get();
    if depth == DEPTH {
        return mem::forget(value);
    }
    DROPPING.set(depth + 1);
    call(|| mem::drop(value));
    DROPPING.set(depth);
}

/// Calls `f`; a panic is reported, and ends here.
pub(crate) fn call<R: Default>(f: impl FnOnce() -> R) -> R {
    contain(Blame::Nobody, f)
}

/// Calls `f`; a panic is reported as a failure of whoever is to blame, and ends here.
pub(crate) fn contain<R: Default>(blame: Blame, f: impl FnOnce() -> R) -> R {
    caught(f).unwrap_or_else(|payload| {
        if blame == Blame::Thread {
            MARRED.set(true);
        }
        panicked(blame, payload);
        R::default()
    })
}

/// Calls `f`, and gives back the payload of its panic, which is reported where that is needed.
pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, Payload> {
    caught_below(boundary, f)
}

/// Calls `f`, and gives back the payload of its panic, which has to go on: nobody has caught it.
pub(crate) fn held_up<R>(f: impl FnOnce() -> R) -> Result<R, Payload> {
    caught_below(passage, f)
}

fn caught_below<R>(mark: fn(&mut dyn FnMut()), f: impl FnOnce() -> R) -> Result<R, Payload> {
    let (mut f, mut result) = (Some(f), None);
    let mut call = || result = f.take().map(|f| f());
    catch_unwind(AssertUnwindSafe(|| mark(&mut call)))?;
    Ok(result.expect("a mark calls what it is given"))
}

/// A frame of the stack, by which a search of the stack sees that what is below it is caught by this crate. It has to
/// be there, so it is neither inlined nor left by a tail call, and a function of its own: the compiler makes one of
/// two that do the same.
#[inline(never)]
pub(crate) fn boundary(f: &mut dyn FnMut()) {
    f();
    black_box("boundary");
}

/// The same for what is caught only to go on later.
#[inline(never)]
pub(crate) fn passage(f: &mut dyn FnMut()) {
    f();
    black_box("passage");
}
