//! [`NotReady`]: why no thread is ready.

use std::error::Error;
use std::fmt;
use std::io;

use crate::class::ThreadClass;
use crate::join::JoinError;
use crate::start::builder::StartError;
use crate::thread::Thread;

/// Why [`Builder::start_ready`](crate::Builder::start_ready) gave no thread that is ready.
///
/// It converts into [`io::Error`], so that `?` works where `start()?` does. That has the text of what
/// `run` returned; [`into_error`](Self::into_error) gives the error itself.
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
    /// The thread ended without a call of [`ready`](crate::ready()): with this value, or with this failure.
    Ended(Result<C::Output, JoinError>),
    /// The time was up; the thread goes on.
    TimedOut(Thread<C>),
}

impl<C, T, E> NotReady<C>
where
    C: ThreadClass<Output = Result<T, E>>,
    E: From<io::Error>,
{
    /// The error that `run` returned; for all else that can go wrong, one that is made of the
    /// [`io::Error`] of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use std::net::TcpListener;
    /// use threadkit::{Builder, NotReady, Thread, thread_class};
    ///
    /// #[thread_class(daemon, excepthook = threadkit::silent)]
    /// struct Server {
    ///     address: &'static str,
    /// }
    ///
    /// #[thread_class]
    /// impl Server {
    ///     fn run(&mut self) -> io::Result<()> {
    ///         let _listener = TcpListener::bind(self.address)?;
    ///         threadkit::ready();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// fn serve(address: &'static str) -> io::Result<Thread<Server>> {
    ///     Builder::new(Server { address }).start_ready().map_err(NotReady::into_error)
    /// }
    ///
    /// assert_eq!(serve("nowhere").unwrap_err().kind(), io::ErrorKind::InvalidInput);
    /// serve("127.0.0.1:0").unwrap().join().unwrap();
    /// ```
    pub fn into_error(self) -> E {
        match self {
            Self::Ended(Ok(Err(error))) => error,
            other => io::Error::from(other).into(),
        }
    }
}

impl<C: ThreadClass> From<NotReady<C>> for io::Error {
    fn from(error: NotReady<C>) -> Self {
        let text = error.to_string();
        match error {
            NotReady::Start(refused) => refused.into(),
            NotReady::Ended(Err(error)) => error.into(),
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
