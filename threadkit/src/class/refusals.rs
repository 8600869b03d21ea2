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
pub trait Started<'a> {} // for what `.start()` returned; in the methods of an object that is `threadkit::current_thread()`

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

/// Implemented by nothing: what a `Builder` does, the object does not do by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has `start`, `with_name`, `with_daemon` and `with_stack_size`; all else is for a `Builder` of it",
    label = "a `Builder` has this",
    note = "write `Builder::new(object)` in front, as in `Builder::new(object).with_reuse(true).start()`; what `.with_name(..)` and \
            its like return is a `Builder` already"
)]
#[rustfmt::skip]
pub trait InBuilder<'a> {} // `Builder::new(object)` has this

/// Implemented by nothing: an object, configured or not, is not started.
#[diagnostic::on_unimplemented(
    message = "a thread object, not started: `.start()` gives a `Thread<{C}>`",
    label = "this is for a started thread",
    note = "call this on what `.start()` returned"
)]
pub trait StartedAs<C> {}

/// Implemented by nothing: an object has other names for it.
#[diagnostic::on_unimplemented(
    message = "a thread object is configured by `.with_name(..)`, `.with_daemon(..)` and `.with_stack_size(..)`",
    label = "not under this name",
    note = "each gives a `Builder` back: `Builder::new(object).with_name(\"..\").with_daemon(true).start()`"
)]
pub trait ConfiguredByWith<C> {}

/// Implemented by nothing: an object has another name for it.
#[diagnostic::on_unimplemented(
    message = "a thread object is started by `.start()`",
    label = "not under this name",
    note = "`threadkit::spawn(f)` starts a callable that needs no configuration, `Builder::new(Target::new(f))` one that does"
)]
pub trait StartedByStart<C> {}

/// What a `Builder` and the objects of this crate's own classes deref to: after all that they have comes what they refuse.
#[derive(Debug)]
pub struct Unstarted<C>(PhantomData<C>);

impl<C> Unstarted<C> {
    pub(crate) const fn refusals<'a>() -> &'a Self
    where
        C: 'a,
    {
        &Self(PhantomData)
    }
}

/// The compiler quotes the line of what was called. What it would return is unknown: one error is enough.
#[doc(hidden)]
#[rustfmt::skip]
#[expect(clippy::must_use_candidate, reason = "nobody can call them")]
impl<C> Unstarted<C> {
    #[doc(hidden)] pub fn ident<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn native_id<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn class_name<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn is_alive<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn is_daemon<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn start_location<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn join<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn join_timeout<T>(&self, _: impl Sized) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn value<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn value_timeout<T>(&self, _: impl Sized) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn into_object<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn request_stop<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn stop_requested<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn unpark<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned
    #[doc(hidden)] pub fn to_thread<T>(&self) -> T where Self: StartedAs<C> { refused() } // for what `.start()` returned

    // As std's builder and Python's threads have it.
    #[doc(hidden)] pub fn name<T>(&self, _: impl Sized) -> T where Self: ConfiguredByWith<C> { refused() } // `.with_name(..)`
    #[doc(hidden)] pub fn set_name<T>(&self, _: impl Sized) -> T where Self: ConfiguredByWith<C> { refused() } // `.with_name(..)`
    #[doc(hidden)] pub fn daemon<T>(&self, _: impl Sized) -> T where Self: ConfiguredByWith<C> { refused() } // `.with_daemon(..)`
    #[doc(hidden)] pub fn set_daemon<T>(&self, _: impl Sized) -> T where Self: ConfiguredByWith<C> { refused() } // `.with_daemon(..)`
    #[doc(hidden)] pub fn spawn<T>(&self) -> T where Self: StartedByStart<C> { refused() } // `.start()`

    #[doc(hidden)] pub fn on_stop<T>(&self, _: impl Sized) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).on_stop(..)`
    #[doc(hidden)] pub fn with_reuse<T>(&self, _: impl Sized) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).with_reuse(..)`
    #[doc(hidden)] pub fn with_stall_after<T>(&self, _: impl Sized) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).with_stall_after(..)`
    #[doc(hidden)] pub fn try_start<T>(&self) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).try_start()`
    #[doc(hidden)] pub fn start_ready<T>(&self) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).start_ready()`
    #[doc(hidden)] pub fn start_ready_timeout<T>(&self, _: impl Sized) -> T where C: InBuilder<'static> { refused() } // `Builder::new(object).start_ready_timeout(..)`
}

fn refused() -> ! {
    unreachable!("implemented by nothing")
}

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

/// Implemented by nothing: all who wait for an event wait for one flag, and each thread has one value of an instance.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is shared and not cloned: a copy would be another",
    label = "clone an `Arc` of it",
    note = "`let shared = Arc::new(..);` gives one that each thread has a clone of; a `static` and a field of a class \
            with `run(&self)` are shared as they are"
)]
pub trait ClonedAsArc<'a> {}

/// What rustc advises to whoever moves a value twice, refused in words. A bound without the lifetime would fail right there.
macro_rules! not_cloned {
    ($shared:ty $(, $parameter:ident)?) => {
        #[doc(hidden)]
        impl<'a $(, $parameter: 'static)?> $shared
        where
            Self: $crate::class::refusals::ClonedAsArc<'a>,
        {
            #[must_use]
            #[expect(clippy::should_implement_trait, reason = "there is none to call")]
            pub fn clone(&self) -> Self {
                unreachable!("implemented by nothing")
            }
        }
    };
}

pub(crate) use not_cloned;

/// Implemented by nothing: who holds a shared reference to a value changes what is in a cell.
#[diagnostic::on_unimplemented(
    message = "a value of a `{Self}` cannot be set: only what is in a `Cell` or a `RefCell` changes",
    label = "no cell",
    note = "`Local::new(|| Cell::new(..))` gives an instance that has `set`"
)]
pub trait ChangedAsCell<'a> {}

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
    note = "keep the `Thread<..>` that `start` returned, or ask for it: `thread.downcast::<TheClass>()`; to a group that keeps \
            the class, `push` adds threads, and not `add`"
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
