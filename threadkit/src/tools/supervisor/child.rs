//! [`ChildSpec`]: how a child is made, and when it is started again.

use std::any::TypeId;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::Supervisor;
use crate::base::guest::{self, Payload};
use crate::base::name::Name;
use crate::class::ThreadClass;
use crate::core::exception::Failure;
use crate::core::record::Record;
use crate::failure::judge::AsFailure;
use crate::start::builder::Builder;
use crate::start::startable::Startable;
use crate::start::{Free, launch};
use crate::thread::Thread;

/// When a child of a [`Supervisor`] is started again.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{ChildSpec, Restart, Supervisor, Target};
///
/// let ticker = ChildSpec::new("ticker", || Target::new(|| threadkit::sleep(Duration::from_secs(60))));
/// let supervisor = Supervisor::new().add(ticker.with_restart(Restart::Always));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Restart {
    /// Whenever it ends. Erlang's `permanent`.
    #[doc(alias = "permanent")]
    Always,
    /// When it fails. Erlang's `transient`.
    #[default]
    #[doc(alias = "transient")]
    OnFailure,
    /// Never, also where a sibling's end has stopped it. Erlang's `temporary`.
    #[doc(alias = "temporary")]
    Never,
}

/// How long a child has to end, from the moment at which it is asked to stop: Erlang's number.
const GRACE: Duration = Duration::from_secs(5);

/// A child of a [`Supervisor`]: how it is made, and what is to happen when it ends.
///
/// [`Supervisor::child`] is enough for a child that is started again when it fails, and has five seconds to end.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{ChildSpec, Restart, Supervisor, Target};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let once = ChildSpec::new("migrations", || Target::new(|| println!("up to date")))
///     .with_restart(Restart::Never)
///     .with_grace(Duration::from_secs(60));
/// Supervisor::new().add(once).start()?.join()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a child is started by the supervisor that it is added to"]
pub struct ChildSpec {
    pub(super) name: Name,
    pub(super) restart: Restart,
    pub(super) grace: Duration,
    make: Box<Make>,
}

type Make = dyn FnMut(&Name, Before<'_>) -> Result<Thread, Failure> + Send;

/// Is called when the thread is about to begin; the system may refuse it still.
type Before<'a> = &'a dyn Fn(&Arc<Record>);

impl ChildSpec {
    /// A child that `make` makes, each time that it is started, on the supervisor's thread: an object is consumed by its
    /// thread. The thread bears the child's name, unless `make` gives a [`Builder`] that has one.
    ///
    /// What `make` returns is a thread object, a [`Builder`], or a `Result` or `Option` of one, as `new` may return. An
    /// `Err`, a `None` and a panic of `make` are failures of the child. So is a thread that the system refuses. They go
    /// to the excepthook as failures of the supervisor's thread, which goes on.
    #[track_caller]
    pub fn new<O, Via>(name: impl Into<Name>, mut make: impl FnMut() -> O + Send + 'static) -> Self
    where
        O: ChildObject<Via>,
    {
        let location = Location::caller();
        let is_supervisor = TypeId::of::<O::Class>() == TypeId::of::<Supervisor>();
        Self {
            name: name.into(),
            restart: Restart::default(),
            grace: if is_supervisor { Duration::MAX } else { GRACE },
            make: Box::new(move |name, before| start(make(), name, location, before)),
        }
    }

    /// When it is started again, see [`Restart`].
    pub fn with_restart(mut self, restart: Restart) -> Self {
        self.restart = restart;
        self
    }

    /// How long it has to end when it is asked to stop; five seconds if nobody says, and for a supervisor as long as it
    /// takes, since it gives its own children their time. A child that has not ended by then is reported on stderr, and
    /// left alone.
    #[rustfmt::skip]
    pub fn with_grace(mut self, grace: Duration) -> Self { // such as `Duration::from_secs(5)`
        self.grace = grace;
        self
    }

    /// Makes and starts it: the thread, or how that failed.
    pub(super) fn start(&mut self, before: Before<'_>) -> Result<Result<Thread, Failure>, Payload> {
        guest::caught(|| (self.make)(&self.name, before))
    }
}

fn start<O: ChildObject<Via>, Via>(
    made: O,
    name: &Name,
    location: &'static Location<'static>,
    before: Before<'_>,
) -> Result<Thread, Failure> {
    let mut builder = made.into_child().map_err(|failure| Failure {
        message: format!("child '{name}' could not be made: {}", failure.message),
        ..failure
    })?;
    builder.settings.name.get_or_insert_with(|| name.clone());
    match launch(&Free, builder, location, before) {
        Ok(thread) => Ok(thread.to_thread()),
        Err(refused) => Err(Failure {
            message: format!("child '{name}' could not be started: {}", refused.error()),
            sources: Vec::new(),
            orderly: false,
        }),
    }
}

impl fmt::Debug for ChildSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChildSpec")
            .field("name", &self.name)
            .field("restart", &self.restart)
            .field("grace", &self.grace)
            .finish_non_exhaustive()
    }
}

/// What makes a child of a [`Supervisor`]: a thread object, a [`Builder`], or a `Result` or `Option` of one. `Via` tells
/// the ways apart and is found by the compiler.
///
/// # Examples
///
/// ```
/// use threadkit::{ChildObject, ChildSpec, Restart, Target};
///
/// /// A child that is of use only once.
/// fn once<O: ChildObject<Via>, Via>(make: impl FnMut() -> O + Send + 'static) -> ChildSpec {
///     ChildSpec::new("once", make).with_restart(Restart::Never)
/// }
///
/// let _object = once(|| Target::new(|| 42));
/// let _fallible = once(|| "42".parse::<u8>().map(|number| Target::new(move || number)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what makes a child",
    label = "neither a thread object nor a `Builder`, a `Result` or an `Option` of one",
    note = "a callable becomes an object by `Target::new(f)`; the supervisor starts it, so it has no `.start()` here",
    note = "its class needs `#[thread_class] impl .. {{ fn run(&self) {{ .. }} }}`, and the `Err` of a `Result` an `Error`"
)]
pub trait ChildObject<Via> {
    /// The class of the object.
    type Class: ThreadClass + 'static;

    #[doc(hidden)]
    fn into_child(self) -> Result<Builder<Self::Class>, Failure>;
}

#[diagnostic::do_not_recommend]
impl<O: Startable<Class: 'static>> ChildObject<()> for O {
    type Class = O::Class;

    fn into_child(self) -> Result<Builder<O::Class>, Failure> {
        Ok(self.into_builder())
    }
}

/// [`ChildObject`] by an `Option`.
#[derive(Debug)]
pub struct ViaOption;

#[diagnostic::do_not_recommend]
impl<O: Startable<Class: 'static>> ChildObject<ViaOption> for Option<O> {
    type Class = O::Class;

    fn into_child(self) -> Result<Builder<O::Class>, Failure> {
        let none = || Failure { message: "None".to_owned(), sources: Vec::new(), orderly: false };
        self.map(Startable::into_builder).ok_or_else(none)
    }
}

/// [`ChildObject`] by a `Result`, whose error is reported as `Via` says.
#[derive(Debug)]
pub struct ViaResult<Via>(PhantomData<Via>);

#[diagnostic::do_not_recommend]
impl<O, E, Via> ChildObject<ViaResult<Via>> for Result<O, E>
where
    O: Startable<Class: 'static>,
    E: AsFailure<Via>,
{
    type Class = O::Class;

    fn into_child(self) -> Result<Builder<O::Class>, Failure> {
        self.map(Startable::into_builder).map_err(|error| error.as_failure())
    }
}
