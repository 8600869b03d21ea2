//! What the compiler needs to keep a class from overriding more than `new` and `run`, and to
//! explain it. The names stand in its messages: they are chosen to be read there.

use std::marker::PhantomData;

use crate::builder::Builder;
use crate::name::Name;
use crate::thread::Thread;

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

/// Implemented by nothing: a configured object is not started.
#[diagnostic::on_unimplemented(
    message = "a thread object, not started: `.start()` gives a `Thread<{C}>`",
    label = "this is for a started thread",
    note = "call this on what `.start()` returned"
)]
pub trait StartedAs<C> {}

/// Implemented by nothing: a started thread is configured already.
#[diagnostic::on_unimplemented(
    message = "a started thread cannot be configured",
    label = "configure the object, before `.start()`",
    note = "write `object.with_name(..).start()`; a thread is renamed with `set_name(..)`"
)]
pub trait Configurable<C>: Sized {
    /// The object again, not started.
    fn into_builder(self) -> Builder<C>;
}

macro_rules! only_when_started {
    ($($name:ident)*) => {
        impl<C> Builder<C>
        where
            Self: StartedAs<C>,
        {
            $(
                /// Refused: the object is not started.
                #[doc(hidden)]
                pub fn $name(&self) {}
            )*
        }
    };
}

only_when_started! {
    name set_name ident native_id class_name is_alive is_daemon start_location join join_timeout
    value request_stop stop_requested unpark to_thread set_daemon
}

/// A `run(&self)` class has these methods through the handle's `Deref`, too: refused in words.
impl<C> Thread<C> {
    /// Refused: the thread is started.
    #[doc(hidden)]
    pub fn with_name(self, name: impl Into<Name>) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_name(name)
    }

    /// Refused: the thread is started.
    #[doc(hidden)]
    pub fn with_daemon(self, daemon: bool) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_daemon(daemon)
    }

    /// Refused: the thread is started.
    #[doc(hidden)]
    pub fn with_stack_size(self, bytes: usize) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_stack_size(bytes)
    }
}
