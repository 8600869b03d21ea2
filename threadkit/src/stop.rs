//! Asking a thread to stop, and waking it so that it hears.

mod token;

use std::error::Error;
use std::fmt;
use std::io;
use std::mem;
use std::time::{Duration, Instant};

use crate::current::{current_thread, with_current};
use crate::excepthook;
use crate::primitive::parking_lot::{Condvar, Mutex};
use crate::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::quiet;
use crate::registry::enumerate;
use crate::thread::Thread;
use crate::thread::record::{Pause, Record};

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
    thread.record().stop().sleep(thread.record(), duration)
}

/// Has `f` called when a stop is requested of the current thread: to wake it from what the crate
/// does not know of, such as a socket, a channel or a poller.
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

pub(crate) type StopCallback = Box<dyn FnOnce() + Send>;

/// A stop request, and who is to hear of it.
#[derive(Default)]
pub(crate) struct StopState {
    requested: AtomicBool,
    callbacks: Mutex<Vec<StopCallback>>,
    /// With the callbacks' lock: a stop was requested, or what somebody waits for may have come.
    woken: Condvar,
}

impl StopState {
    pub(crate) fn is_requested(&self) -> bool {
        // Acquire, paired with the Release in `request`: who sees the request sees what led to it.
        self.requested.load(Ordering::Acquire)
    }

    /// The first request wakes who sleeps, unparks the thread, and calls the callbacks.
    pub(crate) fn request(&self, unpark: impl FnOnce()) {
        let mut lock = self.callbacks.lock();
        // Release: see `is_requested`. Under the lock, so that no callback and no sleeper misses it.
        if self.requested.swap(true, Ordering::Release) {
            return;
        }
        let callbacks = mem::take(&mut *lock);
        drop(lock);
        self.woken.notify_all();
        unpark();
        callbacks.into_iter().for_each(call);
    }

    pub(crate) fn on_stop(&self, callback: StopCallback) {
        let mut callbacks = self.callbacks.lock();
        if self.is_requested() {
            drop(callbacks);
            call(callback);
        } else {
            callbacks.push(callback);
        }
    }

    /// Has the `current` thread sleep until this stop is requested, for at most `duration`.
    fn sleep(&self, current: &Record, duration: Duration) -> Result<(), Stopped> {
        let deadline = Instant::now().checked_add(duration);
        let pause = if deadline.is_some() { Pause::Sleep } else { Pause::Stop };
        let _paused = current.begin_pause(pause);
        self.wait_until(deadline, || false).map(|_| ())
    }

    /// Waits until `done`, or until `deadline`; says which it was. `done` is asked again after each
    /// [`nudge`](Self::nudge).
    pub(crate) fn wait_until(
        &self,
        deadline: Option<Instant>,
        done: impl Fn() -> bool,
    ) -> Result<bool, Stopped> {
        let mut lock = self.callbacks.lock();
        let mut timed_out = false;
        loop {
            // In this order: where the stop came before what was waited for, it is the stop that counts.
            let done = done();
            if self.is_requested() {
                return Err(Stopped);
            }
            if done || timed_out {
                return Ok(done);
            }
            timed_out = if let Some(deadline) = deadline {
                self.woken.wait_until(&mut lock, deadline).timed_out()
            } else {
                self.woken.wait(&mut lock);
                false
            };
        }
    }

    /// Has those in [`wait_until`](Self::wait_until) look again at what they wait for.
    pub(crate) fn nudge(&self) {
        // Whoever has looked before is asleep once the lock is free.
        drop(self.callbacks.lock());
        self.woken.notify_all();
    }
}

/// A callback that was never called is dropped where the last handle goes, which may be a thread's
/// last destructor: what it captured is the user's, and its `Drop` may panic.
impl Drop for StopState {
    fn drop(&mut self) {
        self.callbacks.get_mut().drain(..).for_each(quiet::drop);
    }
}

fn call(callback: StopCallback) {
    if let Err(payload) = quiet::caught(callback) {
        excepthook::guest_panicked(payload);
    }
}
