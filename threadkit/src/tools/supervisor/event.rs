//! What a supervisor does that others want to know: [`SupervisorEvent`], and [`SupervisorError`].

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::base::name::Name;
use crate::core::exception::Exception;
use crate::join::JoinError;
use crate::thread::Thread;

/// What a [`Supervisor`](crate::Supervisor) does: for [`on_event`](crate::Supervisor::on_event).
///
/// It displays as a sentence whose subject is the supervisor.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
/// use threadkit::{Supervisor, SupervisorEvent, Target, silent, thread_class};
///
/// #[thread_class(excepthook = silent)]
/// struct Flaky(u32);
///
/// #[thread_class]
/// impl Flaky {
///     fn run(&self) -> Result<(), &'static str> {
///         if self.0 == 1 { Err("no disk") } else { Ok(()) }
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (say, hear) = mpsc::channel();
/// let mut attempt = 0;
/// let supervisor = Supervisor::new()
///     .child("flaky", move || {
///         attempt += 1;
///         Flaky(attempt)
///     })
///     .on_event(move |event| {
///         if let SupervisorEvent::Restarts { child, .. } = event {
///             assert_eq!(*child, "flaky");
///         }
///         say.send(event.to_string()).unwrap();
///     })
///     .start()?;
/// supervisor.join()?;
/// assert_eq!(hear.recv()?, "restarts child 'flaky': thread 'flaky' failed: no disk");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SupervisorEvent<'a> {
    /// A child has ended, and is started again. With it those that the [`Strategy`](crate::Strategy) says.
    #[non_exhaustive]
    Restarts {
        /// The child that has ended.
        child: &'a Name,
        /// How it failed, if it did.
        failure: Option<&'a Arc<Exception>>,
        /// The time until then; zero for the first time.
        pause: Duration,
    },
    /// A child has ended once too often: all children are stopped, and the supervisor fails.
    #[non_exhaustive]
    GivesUp {
        /// The child that has ended.
        child: &'a Name,
        /// How it failed, if it did.
        failure: Option<&'a Arc<Exception>>,
    },
    /// A child was asked to stop and is not waited for any longer.
    #[non_exhaustive]
    LeavesAlone {
        /// Its thread.
        thread: &'a Thread,
        /// Why: the time is up, or the child waits for the supervisor.
        error: &'a JoinError,
    },
}

impl fmt::Display for SupervisorEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failure = match self {
            Self::Restarts { child, failure, pause } => {
                write!(f, "restarts child '{child}'")?;
                if !pause.is_zero() {
                    write!(f, " in {pause:.1?}")?;
                }
                failure
            }
            Self::GivesUp { child, failure } => {
                write!(f, "gives up on child '{child}'")?;
                failure
            }
            Self::LeavesAlone { thread, error } => {
                write!(f, "leaves {thread} alone, which was asked to stop: {error}")?;
                &None
            }
        };
        failure.map_or(Ok(()), |failure| write!(f, ": {failure}"))
    }
}

/// A [`Supervisor`](crate::Supervisor) has given up: a child has ended more often than it allows.
///
/// Its source is the last failure of that child.
///
/// # Examples
///
/// ```
/// use std::error::Error;
/// use std::time::Duration;
/// use threadkit::{Supervisor, Target};
///
/// # threadkit::set_excepthook(threadkit::silent);
/// let hopeless = Supervisor::new()
///     .child("feed", || Target::fallible(|| Err::<(), _>("no route")))
///     .with_max_restarts(1, Duration::from_secs(5));
/// let error = hopeless.start().unwrap().value().unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "gave up on child 'feed' (at most 1 restarts in 5s)");
/// assert_eq!(error.source().unwrap().to_string(), "thread 'feed' failed: no route");
/// ```
#[derive(Clone)]
pub struct SupervisorError {
    pub(super) child: Name,
    pub(super) failure: Option<Arc<Exception>>,
    pub(super) most: usize,
    pub(super) window: Duration,
}

impl SupervisorError {
    /// The name of the child that has ended once too often.
    #[must_use]
    pub fn child(&self) -> &Name {
        &self.child
    }

    /// How it failed the last time; `None` if it did not fail, but is started again [whenever it
    /// ends](crate::Restart::Always).
    #[must_use]
    pub fn exception(&self) -> Option<&Arc<Exception>> {
        self.failure.as_ref()
    }
}

impl fmt::Display for SupervisorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { child, most, window, .. } = self;
        write!(f, "gave up on child '{child}' (at most {most} restarts in {window:?})")
    }
}

/// With the sources, as `main` prints it.
impl fmt::Debug for SupervisorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, "\n  caused by: {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Error for SupervisorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&**self.failure.as_ref()?)
    }
}

/// So that `?` works where `start()?` does. [`io::Error::get_ref`] has the whole.
impl From<SupervisorError> for io::Error {
    fn from(error: SupervisorError) -> Self {
        Self::other(error)
    }
}
