//! What the compiler needs to keep a class from overriding more than `new` and `run`, and to
//! explain it. The names stand in its messages: they are chosen to be read there.

use std::marker::PhantomData;

/// The final names of the class `C`.
///
/// A type of this crate, so that coherence holds [`OnlyNewAndRunAreOverridden`] for it to be possible later,
/// and refuses a second definition of each final name.
#[derive(Debug)]
pub struct FinalNamesOf<'a, C>(PhantomData<(&'a (), C)>);

/// Implemented by nothing: what is declared under this bound reserves its name and is passed over
/// by method lookup.
pub trait OnlyNewAndRunAreOverridden {}

/// Implemented by nothing: a thread object is not started.
///
/// For a call through a reference, as in the class's own methods, rustc shows the line of the trait instead of the
/// message.
#[diagnostic::on_unimplemented(
    message = "a thread object, not started: `.start()` gives a `Thread<{Self}>`",
    label = "this is for a started thread",
    note = "configure the object before with `.with_name(..)`, `.with_daemon(..)` or \
            `.with_stack_size(..)`, and call this on what `.start()` returned"
)]
#[rustfmt::skip]
pub trait Started<'a> {} // the object is not: in its methods, the thread is `threadkit::current_thread()`

/// Implemented by nothing: the class has no `new`, or the one that it has was found.
#[diagnostic::on_unimplemented(
    message = "the thread class `{Self}` has no `new`",
    label = "not written yet",
    note = "write `fn new(..) -> Self` in an impl of it, or make the object otherwise: by `{Self} {{ .. }}`, or by a constructor of \
            another name"
)]
pub trait HasNew<'a> {}

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

/// Implemented by nothing: a builder has other names for it.
#[diagnostic::on_unimplemented(
    message = "a `Builder` is configured by `.with_name(..)`, `.with_daemon(..)` and `.with_stack_size(..)`",
    label = "not under this name",
    note = "each gives the `Builder` back: `Builder::new(object).with_name(\"..\").with_daemon(true).start()`"
)]
pub trait ConfiguredByWith<C> {}

/// Implemented by nothing: a started thread is configured already.
#[diagnostic::on_unimplemented(
    message = "a started thread cannot be configured",
    label = "configure the object, before `.start()`",
    note = "write `object.with_name(..).start()`; a thread is renamed with `set_name(..)`"
)]
pub trait Configurable {
    /// Unknown, as below.
    type Configured;
}

/// Implemented by nothing: a handle is what a start gives.
#[diagnostic::on_unimplemented(
    message = "a `Thread` is the handle of a started thread, and not made by `new`",
    label = "start it to have its handle",
    note = "`threadkit::spawn(f)` runs a callable in a thread, `Target::new(f)` makes an object of it that can be \
            configured first; a class of your own has a `new` of its own"
)]
pub trait MadeOf<F> {
    /// Unknown, lest the compiler refuse what is called on it, too.
    type Made;
}

/// Implemented by nothing: thread-local data is a `Local`, which knows what to begin with.
#[diagnostic::on_unimplemented(
    message = "thread-local data is made by `Local::new(|| ..)`, with the value that each thread begins with",
    label = "Python's `threading.local()` is `threadkit::Local`",
    note = "`threadkit::local! {{ static NAME: Type = value; }}` declares a static of it"
)]
pub trait InstanceMadeOf<T> {}

/// Implemented by nothing: all who wait for an event wait for one flag.
#[diagnostic::on_unimplemented(
    message = "an `Event` is shared and not cloned: a copy would be another flag",
    label = "clone an `Arc` of it",
    note = "`let event = Arc::new(Event::new());` gives one that each thread has a clone of; a `static` and a field of a class \
            with `run(&self)` are shared as they are"
)]
pub trait ClonedAsArc<'a> {}

/// Implemented by nothing: a thread starts once.
#[diagnostic::on_unimplemented(
    message = "threads can only be started once",
    label = "this thread is started already",
    note = "a second thread needs a second object"
)]
pub trait NotStarted {}

/// Implemented by nothing: what a thread is to the process is settled before it starts.
#[diagnostic::on_unimplemented(
    message = "cannot set the daemon status of a started thread",
    label = "set it before the start",
    note = "write `object.with_daemon(true).start()`, or `#[thread_class(daemon)]` on the struct"
)]
pub trait DaemonCanBeSet {}

/// Implemented by nothing: an erased handle does not know its class.
#[diagnostic::on_unimplemented(
    message = "the class of this `Thread` is not known, and with it neither its value nor its object",
    label = "this is for a `Thread` of a known class",
    note = "keep the `Thread<..>` that `start` returned, or ask for it: `thread.downcast::<TheClass>()`"
)]
pub trait ClassKnown<'a> {}

/// Python's `threading.local()`, refused in words.
#[doc(hidden)]
#[must_use]
pub fn local<T>() -> T
where
    (): InstanceMadeOf<T>, // `threadkit::Local::new(|| ..)`
{
    unreachable!("nothing implements `InstanceMadeOf`")
}
