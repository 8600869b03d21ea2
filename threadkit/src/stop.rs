//! Asking a thread to stop, and waking it so that it hears.

mod state;
mod token;

use std::error::Error;
use std::fmt;
use std::io;
use std::time::{Duration, Instant};

use crate::current::{current_thread, with_current};
use crate::registry::enumerate;
use crate::thread::Thread;
use crate::thread::pause::Pause;
use crate::thread::record::Record;

pub(crate) use state::{StopCallback, StopState};
pub use token::StopToken;

/// A thread was asked to stop. As an error of `run` it is an orderly end, not a failure.
///
/// It counts wherever it stands in the error's chain of sources: boxed, with `anyhow`'s context,
/// behind `thiserror`'s `#[from]`. Then nothing is reported, [`join`](crate::Thread::join) is `Ok`,
/// and [`value`](crate::Thread::value) still hands the `Err` out.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Stopped, sleep};
///
/// # fn main() -> std::io::Result<()> {
/// let ticker = threadkit::Target::fallible(|| -> Result<(), Stopped> {
///     loop {
///         sleep(Duration::from_secs(3600))?;
///     }
/// })
/// .start()?;
/// ticker.request_stop();
/// ticker.join().expect("an orderly end");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread was asked to stop")
    }
}

impl Error for Stopped {
    /// What led to the stop. A wrapper that is transparent (`#[error(transparent)]`) has no other
    /// source than this, and `Stopped` itself does not stand in its chain.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Request)
    }
}

/// So that `?` works in a `run` that returns [`io::Result`]: it is an orderly end there, too. The kind is
/// [`Other`](io::ErrorKind::Other), since code that reads and writes retries what was `Interrupted`.
impl From<Stopped> for io::Error {
    fn from(stopped: Stopped) -> Self {
        Self::other(stopped)
    }
}

/// The source of a [`Stopped`], and of nothing else.
#[derive(Debug)]
pub(crate) struct Request;

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("request_stop() was called")
    }
}

impl Error for Request {}

/// Whether a stop was requested of the current thread, see
/// [`Thread::request_stop`](crate::Thread::request_stop).
///
/// # Examples
///
/// ```
/// let counter = threadkit::spawn(|| {
///     let mut count = 0_u64;
///     while !threadkit::stop_requested() {
///         count += 1;
///     }
///     count
/// });
/// counter.request_stop();
/// counter.join().unwrap();
/// ```
#[must_use]
pub fn stop_requested() -> bool {
    with_current(Thread::stop_requested)
}

/// Sleeps, and wakes early when a stop is requested of the current thread.
///
/// The thread sleeps at least as long as `duration` says, on the monotonic clock; a duration too long
/// to end is a wait for the stop alone.
///
/// # Errors
///
/// [`Stopped`], if a stop was requested before or meanwhile. `threadkit::sleep(d)?` in `run` is an
/// orderly end.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Stopped, sleep};
///
/// let thread = threadkit::spawn(|| {
///     sleep(Duration::from_secs(3600))
/// });
/// thread.request_stop();
/// assert_eq!(thread.value().unwrap(), Err(Stopped));
/// ```
pub fn sleep(duration: Duration) -> Result<(), Stopped> {
    let thread = current_thread();
    sleep_on(thread.record().stop(), thread.record(), duration)
}

/// Calls `f` when a stop is requested of the current thread: to wake it where this crate cannot,
/// such as in a socket, a channel or a poller.
///
/// `f` runs once, on the thread that calls [`request_stop`](crate::Thread::request_stop) first, or
/// here and now if that is past. A panic of `f` is reported, and ends nothing else.
///
/// # Examples
///
/// A thread that accepts connections is woken by one:
///
/// ```
/// use std::net::{TcpListener, TcpStream};
/// use threadkit::{Target, on_stop, stop_requested};
///
/// # fn main() -> std::io::Result<()> {
/// let server = Target::fallible(|| -> std::io::Result<()> {
///     let listener = TcpListener::bind("127.0.0.1:0")?;
///     let address = listener.local_addr()?;
///     on_stop(move || drop(TcpStream::connect(address)));
///     for _connection in listener.incoming().take_while(|_| !stop_requested()) {
///         // serve it
///     }
///     Ok(())
/// });
/// let server = server.start()?;
/// server.request_stop();
/// server.join().unwrap();
/// # Ok(())
/// # }
/// ```
pub fn on_stop(f: impl FnOnce() + Send + 'static) {
    with_current(|thread| thread.record().stop().on_stop(Box::new(f)));
}

/// Asks every thread that is alive to stop, as [`Thread::request_stop`](crate::Thread::request_stop)
/// does: daemons, dummies and the current thread too, all but the main thread.
///
/// A thread that is started later is not asked.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let workers: Vec<_> = (0..4).map(|_| threadkit::spawn(|| threadkit::sleep(Duration::MAX))).collect();
/// threadkit::stop_all();
/// for worker in workers {
///     assert_eq!(worker.value().unwrap(), Err(threadkit::Stopped));
/// }
/// ```
pub fn stop_all() {
    stop_those(|_| true);
}

/// Asks those live threads to stop that `asked` picks; the main thread is not among them.
pub(crate) fn stop_those(asked: impl Fn(&Thread) -> bool) {
    let threads = enumerate().into_iter().filter(|thread| !thread.record().is_main());
    threads.filter(asked).for_each(|thread| thread.request_stop());
}

/// Has the `current` thread sleep until the stop of `state` is requested, for at most `duration`.
fn sleep_on(state: &StopState, current: &Record, duration: Duration) -> Result<(), Stopped> {
    let deadline = Instant::now().checked_add(duration);
    let pause = if deadline.is_some() { Pause::Sleep } else { Pause::Stop };
    let _paused = current.begin_pause(pause);
    state.wait_until(deadline, || false).map(|_| ())
}
