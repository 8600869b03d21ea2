//! [`ready`]: starting a thread and hearing whether its initialisation worked.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::io;
use std::panic::Location;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::builder::{Builder, StartError};
use crate::class::{Class, ThreadClass};
use crate::current::{current_thread, with_current};
use crate::join::{self, Awaited, Edge, JoinError, Waiting};
use crate::lifecycle::{self, Free, Spawner};
use crate::primitive::thread;
use crate::thread::Thread;
use crate::thread::record::Record;
use crate::thread::typed::{Downcast, Typed};

/// Says that the current thread is ready: the [`Builder::start_ready`] that started it returns.
///
/// To be called in `run` when what can go wrong at the beginning has gone well: the socket is bound,
/// the device is open. From the second time on, and on a thread that was started otherwise, it does
/// nothing. Java and C++ have a latch or a promise for this, Qt its `started` signal.
///
/// # Examples
///
/// ```
/// use std::io;
/// use std::net::TcpListener;
/// use threadkit::{Builder, Target};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let server = Target::fallible(|| -> io::Result<u16> {
///     let listener = TcpListener::bind("127.0.0.1:0")?;
///     threadkit::ready();
///     Ok(listener.local_addr()?.port())
/// });
/// let server = Builder::new(server).start_ready()?; // here the port is bound
/// assert_ne!(server.value()??, 0);
/// # Ok(())
/// # }
/// ```
pub fn ready() {
    with_current(|thread| thread.record().set_ready());
}

impl<C: ThreadClass + 'static> Builder<C> {
    /// Starts the thread, and waits until it calls [`ready`] or ends.
    ///
    /// Until then the caller counts as joining the thread: a join of the caller from there, which
    /// would never end, is a [`JoinError::Deadlock`].
    ///
    /// # Errors
    ///
    /// [`NotReady::Start`] where [`try_start`](Self::try_start) would be an error;
    /// [`NotReady::Ended`] if the thread ended without a call of [`ready`]: with what `run` returned,
    /// or how it failed.
    ///
    /// # Examples
    ///
    /// What went wrong on the thread reaches its starter, typed:
    ///
    /// ```
    /// use std::io;
    /// use threadkit::{NotReady, thread_class};
    ///
    /// #[thread_class(excepthook = threadkit::silent)]
    /// struct Player {
    ///     device: &'static str,
    /// }
    ///
    /// #[thread_class]
    /// impl Player {
    ///     fn run(&mut self) -> io::Result<()> {
    ///         let _device = std::fs::File::open(self.device)?;
    ///         threadkit::ready();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// match (Player { device: "/no/such/device" }).with_name("player").start_ready() {
    ///     Err(NotReady::Ended(Ok(Err(error)))) => assert_eq!(error.kind(), io::ErrorKind::NotFound),
    ///     other => panic!("{other:?}"),
    /// }
    /// ```
    #[track_caller]
    pub fn start_ready(self) -> Result<Thread<C>, NotReady<C>> {
        start(self, Location::caller(), None)
    }

    /// The same, and waits for at most `timeout`, the start included. A timeout too long to end is
    /// a wait without one.
    ///
    /// # Errors
    ///
    /// Those of [`start_ready`](Self::start_ready), and [`NotReady::TimedOut`] with the handle of
    /// the thread, which goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Builder, NotReady, Target};
    ///
    /// let slow = Builder::new(Target::new(|| threadkit::sleep(Duration::MAX)));
    /// match slow.start_ready_timeout(Duration::from_millis(1)) {
    ///     Err(NotReady::TimedOut(thread)) => thread.request_stop(),
    ///     other => panic!("{other:?}"),
    /// }
    /// ```
    #[track_caller]
    pub fn start_ready_timeout(self, timeout: Duration) -> Result<Thread<C>, NotReady<C>> {
        start(self, Location::caller(), Instant::now().checked_add(timeout))
    }
}

fn start<C: ThreadClass + 'static>(
    builder: Builder<C>,
    location: &'static Location<'static>,
    deadline: Option<Instant>,
) -> Result<Thread<C>, NotReady<C>> {
    let starter = current_thread();
    let hearing =
        Hearing { starter: starter.record(), timed: deadline.is_some(), waiting: Cell::new(None) };
    let thread = lifecycle::start(&hearing, builder, location);
    let thread = thread.map_err(NotReady::Start)?;
    let record = thread.record();
    record.end.wait_for(deadline, || record.is_ready() || record.is_over());
    drop(hearing);
    // In this order: a thread that is over becomes ready no more.
    let over = record.is_over();
    if record.is_ready() {
        Ok(thread)
    } else if over {
        Err(NotReady::Ended(thread.value()))
    } else {
        Err(NotReady::TimedOut(thread))
    }
}

/// Enters the starter's wait before the thread begins, since from then on it may join its starter.
struct Hearing<'a> {
    starter: &'a Record,
    timed: bool,
    waiting: Cell<Option<Waiting<'a>>>,
}

impl Spawner<'static> for Hearing<'_> {
    fn spawn(
        &self,
        system: thread::Builder,
        record: &Arc<Record>,
        main: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        let edge = Edge { target: record.clone(), awaited: Awaited::Ready, timed: self.timed };
        self.waiting.set(Some(join::enter_unchecked(self.starter, edge)));
        Free.spawn(system, record, main)
    }

    fn class<C: ThreadClass + 'static>() -> &'static Class {
        Free::class::<C>()
    }

    fn link<C: ThreadClass + 'static>(typed: &Arc<Typed<C>>) -> Option<Weak<dyn Downcast>> {
        Free::link(typed)
    }
}

/// Why [`Builder::start_ready`] gave no thread that is ready.
///
/// It converts into [`io::Error`], so that `?` works where `start()?` does.
///
/// # Examples
///
/// ```
/// use threadkit::{Builder, NotReady, Target};
///
/// let hasty = Builder::new(Target::new(|| "nothing to do"));
/// let error = hasty.start_ready().unwrap_err();
/// assert!(matches!(error, NotReady::Ended(Ok("nothing to do"))));
/// assert_eq!(error.to_string(), "the thread ended before it was ready");
/// ```
pub enum NotReady<C: ThreadClass> {
    /// The thread could not be started; the object is in here.
    Start(StartError<C>),
    /// The thread ended without a call of [`ready`]: with this value, or with this failure.
    Ended(Result<C::Output, JoinError>),
    /// The time was up; the thread goes on.
    TimedOut(Thread<C>),
}

impl<C: ThreadClass> From<NotReady<C>> for io::Error {
    fn from(error: NotReady<C>) -> Self {
        let text = error.to_string();
        match error {
            NotReady::Start(refused) => refused.into(),
            NotReady::Ended(Err(error)) => Self::other(error),
            NotReady::Ended(Ok(_)) => Self::other(text),
            NotReady::TimedOut(_) => Self::new(io::ErrorKind::TimedOut, text),
        }
    }
}

impl<C: ThreadClass> fmt::Display for NotReady<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(refused) => fmt::Display::fmt(refused, f),
            Self::Ended(outcome) => {
                f.write_str("the thread ended before it was ready")?;
                match outcome {
                    Ok(value) => C::__failure(value)
                        .map_or(Ok(()), |failure| write!(f, ": {}", failure.message)),
                    Err(error) => write!(f, ": {error}"),
                }
            }
            Self::TimedOut(thread) => write!(f, "{thread} is not ready in time"),
        }
    }
}

impl<C: ThreadClass> fmt::Debug for NotReady<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(refused) => f.debug_tuple("Start").field(refused).finish(),
            // The value may be anything.
            Self::Ended(Ok(_)) => write!(f, "Ended(Ok(..))"),
            Self::Ended(Err(error)) => f.debug_tuple("Ended").field(&Err::<(), _>(error)).finish(),
            Self::TimedOut(thread) => f.debug_tuple("TimedOut").field(thread).finish(),
        }
    }
}

impl<C: ThreadClass> Error for NotReady<C> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Start(refused) => Some(refused.error()),
            Self::Ended(Err(error)) => error.source(),
            Self::Ended(Ok(_)) | Self::TimedOut(_) => None,
        }
    }
}
