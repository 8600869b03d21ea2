//! [`Supervisor`]: a thread that keeps others running.

mod child;
mod event;
mod keeper;
mod pace;

use std::fmt;
use std::mem;
use std::time::Duration;

use crate::base::name::Name;
use crate::base::primitive::parking_lot::Mutex;
use crate::class::receiver::ByRef;
use crate::class::{Options, ThreadClass};
use crate::core::exception::Failure;
use crate::failure::judge::AsFailure;
use crate::start::builder::object_methods;
use crate::thread::Thread;
use keeper::Keeper;
use pace::Pace;

pub use child::{ChildObject, ChildSpec, Restart};
pub use event::{SupervisorError, SupervisorEvent};

/// A thread that keeps others running: it starts its children in order, starts them again when they fail, and stops them
/// in the reverse of that order when it is asked to stop.
///
/// A child is made by a closure, each time anew, since an object is consumed by its thread. Children may be of different
/// classes, other supervisors among them: Erlang's [supervision trees][otp].
///
/// - A child that fails is started again: at once the first time, and after a [pause](Self::with_backoff) that grows where
///   it fails again. A child that has lasted for the [window](Self::with_max_restarts) begins anew. Others may be
///   started again [whenever they end, or never](Restart), by [`ChildSpec`].
/// - With it, those are started again that the [`Strategy`] says: none, all, or those that come after it.
/// - After more than so many [restarts in a window](Self::with_max_restarts) the supervisor gives up: it stops all
///   children and fails with a [`SupervisorError`], whose source is the last failure. Where it is itself a child, that is
///   a failure of a child.
/// - Asked to stop, also in the middle of a pause, it asks the last child to stop, waits for it, and then goes on with the
///   one before. A child has [five seconds](ChildSpec::with_grace); one that has not ended by then is reported on
///   stderr, and left alone.
/// - When no child is left to be started again, the supervisor ends.
/// - It is [ready](crate::Builder::start_ready) when every child has been started; it does not wait for a child to be
///   [`ready`](crate::ready()).
///
/// It waits without polling, and each child is the one thread that it is. Failures of the children are reported as every
/// failure is. What the supervisor does is told to [`on_event`](Self::on_event), to the crates `log` and `tracing` and the
/// `Timeline` where these features are on; and [`dump()`](crate::dump()) shows the children below their supervisor.
///
/// # Examples
///
/// ```
/// use std::io;
/// use std::time::Duration;
/// use threadkit::{Guard, Strategy, Supervisor, thread_class};
///
/// #[thread_class]
/// struct Feed {
///     url: String,
/// }
///
/// #[thread_class]
/// impl Feed {
///     fn new(url: String) -> Self {
///         Self { url }
///     }
///
///     fn run(&mut self) -> io::Result<()> {
///         loop {
///             // Fetch from the URL, and then
///             threadkit::sleep(Duration::from_secs(60))?;
///         }
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let url = String::from("https://example.org");
/// let supervisor = Supervisor::new()
///     .child("feed", move || Feed::new(url.clone()))
///     .child("index", || threadkit::Target::new(|| threadkit::sleep(Duration::MAX)))
///     .with_strategy(Strategy::RestForOne)
///     .start()?;
/// drop(Guard::new(supervisor.clone())); // asks it to stop, and waits: the index first, then the feed
/// supervisor.join()?;
/// # Ok(())
/// # }
/// ```
///
/// [otp]: https://www.erlang.org/doc/apps/stdlib/supervisor.html
// Written out: of what the attribute implements, the compiler would tell those whose class lacks it.
#[must_use = "a thread object does nothing until it is started: `.start()`"]
#[doc(alias("watchdog", "supervision tree"))]
pub struct Supervisor {
    strategy: Strategy,
    pace: Pace,
    /// Taken by the thread, so that what it captured goes before the thread is over.
    plan: Mutex<Plan>,
    /// The children that are alive, by their places.
    alive: Mutex<Vec<Option<Thread>>>,
}

#[derive(Default)]
struct Plan {
    children: Vec<ChildSpec>,
    hook: Option<Box<Hook>>,
}

type Hook = dyn FnMut(&SupervisorEvent<'_>) + Send;

/// Which children of a [`Supervisor`] are stopped and started again with one that has to be.
///
/// They are stopped in the reverse of their order, and started in it. A child that has ended in order is started with the
/// others; one whose [`Restart`] is `Never` is not.
///
/// # Examples
///
/// ```
/// use threadkit::{Strategy, Supervisor};
///
/// assert_eq!(Strategy::default(), Strategy::OneForOne);
/// let supervisor = Supervisor::new().with_strategy(Strategy::OneForAll);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// No others.
    #[default]
    #[doc(alias = "one_for_one")]
    OneForOne,
    /// All: they cannot do without each other.
    #[doc(alias = "one_for_all")]
    OneForAll,
    /// Those that come after it: each needs those before it.
    #[doc(alias = "rest_for_one")]
    RestForOne,
}

impl Supervisor {
    /// A supervisor without children.
    pub const fn new() -> Self {
        Self {
            strategy: Strategy::OneForOne,
            pace: Pace::DEFAULT,
            plan: Mutex::new(Plan { children: Vec::new(), hook: None }),
            alive: Mutex::new(Vec::new()),
        }
    }

    /// Adds a child that is started again when it fails: [`ChildSpec::new`] says what `make` may return.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::net::TcpListener;
    /// use threadkit::{Supervisor, thread_class};
    ///
    /// #[thread_class]
    /// struct Server(TcpListener);
    ///
    /// #[thread_class]
    /// impl Server {
    ///     fn new(address: &str) -> std::io::Result<Self> {
    ///         Ok(Self(TcpListener::bind(address)?))
    ///     }
    ///
    ///     fn run(&self) {}
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// Supervisor::new().child("server", || Server::new("127.0.0.1:0")).start()?.join()?;
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn child<O, Via>(
        self,
        name: impl Into<Name>,
        make: impl FnMut() -> O + Send + 'static, // makes the object at each start: `|| Feed::new(..)`
    ) -> Self
    where
        O: ChildObject<Via>,
    {
        self.add(ChildSpec::new(name, make))
    }

    /// Adds a child; see [`ChildSpec`] for an example.
    #[expect(clippy::should_implement_trait, reason = "nobody adds supervisors by `+`")]
    #[rustfmt::skip]
    pub fn add(mut self, child: ChildSpec) -> Self { // `child("name", || Feed::new(..))` makes one by itself
        self.plan.get_mut().children.push(child);
        self
    }

    /// Which children are started again with one that has to be; see [`Strategy`].
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        self.strategy = strategy;
        self
    }

    /// At most so many restarts in `window`, of all children together; three in five seconds if nobody says. At one more
    /// the supervisor gives up.
    ///
    /// # Examples
    ///
    /// Tried for as long as it takes:
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Supervisor, Target};
    ///
    /// let patient = Supervisor::new()
    ///     .child("feed", || Target::fallible(|| Err::<(), _>("no route")))
    ///     .with_max_restarts(usize::MAX, Duration::from_secs(60))
    ///     .with_backoff(Duration::from_millis(100), Duration::from_secs(60));
    /// ```
    #[rustfmt::skip]
    pub fn with_max_restarts(mut self, restarts: usize, window: Duration) -> Self { // such as `Duration::from_secs(5)`
        self.pace = Pace { most: restarts, window, ..self.pace };
        self
    }

    /// The pause before a child is started for the second time, and again: it begins between `shortest` and twice that,
    /// doubles each time up to `longest`, and is left to chance by half, so that many do not come back at the same moment.
    /// 100 ms and 30 s if nobody says; a `longest` below `shortest` counts as that.
    ///
    /// Pauses that are long beside the window of [`with_max_restarts`](Self::with_max_restarts) keep the supervisor from
    /// ever giving up.
    #[rustfmt::skip]
    pub fn with_backoff(mut self, shortest: Duration, longest: Duration) -> Self { // such as `Duration::from_secs(5)`
        self.pace = Pace { shortest, longest: longest.max(shortest), ..self.pace };
        self
    }

    /// Calls `f` with what the supervisor does, on its thread. A panic of `f` is reported, and ends nothing else. See
    /// [`SupervisorEvent`] for an example.
    pub fn on_event(mut self, f: impl FnMut(&SupervisorEvent<'_>) + Send + 'static) -> Self {
        self.plan.get_mut().hook = Some(Box::new(f));
        self
    }

    /// The children that are alive, in their order; on the started thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use threadkit::{Supervisor, Target, sleep};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (say, hear) = mpsc::channel();
    /// let child = move || {
    ///     let say = say.clone();
    ///     Target::new(move || {
    ///         say.send("begun").unwrap();
    ///         sleep(Duration::MAX)
    ///     })
    /// };
    /// let supervisor = Supervisor::new().child("sleeper", child).start()?;
    /// hear.recv()?;
    /// assert_eq!(supervisor.children()[0].name(), "sleeper");
    /// supervisor.request_stop();
    /// supervisor.join()?;
    /// assert!(supervisor.children().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "which_children")]
    pub fn children(&self) -> Vec<Thread> {
        self.alive.lock().iter().flatten().cloned().collect()
    }

    fn set_alive(&self, place: usize, thread: Option<Thread>) {
        let before = mem::replace(&mut self.alive.lock()[place], thread);
        // Outside of the lock: what the last handle of a thread drops is the user's.
        drop(before);
    }
}

object_methods!(Supervisor);

#[diagnostic::do_not_recommend]
impl ThreadClass for Supervisor {
    type Output = Result<(), SupervisorError>;
    type Receiver = ByRef;

    const __OPTIONS: Options<Self> = Options::new("Supervisor");

    fn __run(this: &Self) -> Self::Output {
        Keeper::of(this).run()
    }

    fn __failure(output: &Self::Output) -> Option<Failure> {
        output.as_ref().err().map(AsFailure::as_failure)
    }
}

impl Default for Supervisor {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor")
            .field("strategy", &self.strategy)
            .field("pace", &self.pace)
            .field("children", &self.children())
            .finish_non_exhaustive()
    }
}
