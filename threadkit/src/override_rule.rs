//! What the compiler needs to keep a class from overriding more than `new` and `run`, and to
//! explain it. The names stand in its messages: they are chosen to be read there.

use std::marker::PhantomData;

/// The final names of the class `C`.
///
/// A type of this crate, so that coherence holds [`OnlyNewAndRun`] for it to be possible later,
/// and refuses a second definition of each final name.
#[derive(Debug)]
pub struct FinalNamesOf<'a, C>(PhantomData<&'a C>);

/// Implemented by nothing: what is declared under this bound reserves its name and is passed over
/// by method lookup.
pub trait OnlyNewAndRun {}

/// Implemented by nothing: a thread object is not started.
#[diagnostic::on_unimplemented(
    message = "a thread object, not started: `.start()` gives a `Thread<{Self}>`",
    label = "this is for a started thread",
    note = "configure the object before with `.with_name(..)`, `.with_daemon(..)` or \
            `.with_stack_size(..)`, and call this on what `.start()` returned"
)]
pub trait Started<'a> {}

/// What `new` of the class `C` may return.
#[diagnostic::on_unimplemented(
    message = "`new` of the thread class `{C}` returns `{Self}`, which is not the object",
    label = "expected `Self`, `Result<Self, E>` or `Option<Self>`",
    note = "a constructor that returns something else is welcome under another name"
)]
pub trait Construction<C> {}

// The message names the three; the compiler need not list them again.
#[diagnostic::do_not_recommend]
impl<C> Construction<C> for C {}
#[diagnostic::do_not_recommend]
impl<C, E> Construction<C> for Result<C, E> {}
#[diagnostic::do_not_recommend]
impl<C> Construction<C> for Option<C> {}

/// Checks what `new` of the class `C` returns.
pub const fn new_returns<C, R: Construction<C>>() {}
