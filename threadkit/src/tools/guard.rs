//! [`Guard`]: a thread that ends with its owner.

use std::ops::Deref;
use std::slice;
use std::time::Duration;

use crate::thread::{Erased, Thread};
use crate::tools::release::stop_and_join;

/// A thread that ends with its owner: the drop requests a stop, and joins.
///
/// This is what owners of threads otherwise write by hand in `Drop`, and what C++ has as `std::jthread`. It
/// derefs to the [`Thread`]. The thread has to react to the stop, or the drop waits for as long as it runs;
/// [`with_timeout`](Self::with_timeout) bounds that. Dropped while its owner panics, it waits as well.
///
/// A wait that would never end is left out: a guard that is dropped on its own thread, or by one
/// that the thread joins, only requests the stop. The drop does not say how the thread ended: a
/// failure is reported as every failure is, and another handle can join. A wait that lasts is explained on
/// stderr, after ten seconds or what `#[threadkit::main(report_after = "..")]` says.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Guard, Stopped, Target};
///
/// struct Cache {
///     _refresher: Guard<Target<Result<(), Stopped>>>,
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let refresher = Target::fallible(|| loop {
///     // refresh, then
///     threadkit::sleep(Duration::from_secs(60))?;
/// });
/// let cache = Cache { _refresher: Guard::new(refresher.start()?) };
/// drop(cache); // the thread is over
/// # Ok(())
/// # }
/// ```
///
/// # What is dropped when
///
/// Rust drops a struct by its own [`Drop`] first, and then its fields in the order in which they are declared. Hence:
///
/// - What the thread waits for, such as the other end of its channel, is declared above the guard. Below it, it would
///   be dropped only once the thread has ended, and the thread would never end. Where others have that end too, a stop
///   has to end the wait: [`Builder::on_stop`](crate::Builder::on_stop).
/// - In the `drop` of the owner itself the thread still runs, and nobody has asked it to stop. That is the place to send
///   a last message. To wait there for what the thread does once it is asked to stop would be to wait for ever: ask
///   first, by [`request_stop`](Thread::request_stop), or drop the guard by hand, from an `Option`.
/// - The guard is a handle, so it keeps the object of a `run(&mut self)` or a `run(&self)`, and what that owns, after a
///   panic of the thread, too. What reads from a channel for ever is best a `run(self)`: its receiver goes with the
///   thread, and who sends gets an error.
/// - A `static` is never dropped, and neither is a guard in one. Its thread runs until the process ends, which waits for
///   it unless it is a daemon. Keep an `Option` of the guard in a mutex, and take it in
///   [`at_shutdown`](crate::at_shutdown).
///
/// ```
/// use std::sync::mpsc;
/// use threadkit::{Guard, thread_class};
///
/// #[thread_class(daemon)]
/// struct Writer {
///     lines: mpsc::Receiver<String>,
///     written: Vec<String>,
/// }
///
/// #[thread_class]
/// impl Writer {
///     fn run(&mut self) {
///         self.written.extend(self.lines.iter());
///     }
/// }
///
/// struct Log {
///     lines: mpsc::Sender<String>,
///     _writer: Guard<Writer>,
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let (lines, inbox) = mpsc::channel();
/// let writer = Writer { lines: inbox, written: Vec::new() }.start()?;
/// let log = Log { lines, _writer: Guard::new(writer.clone()) };
/// log.lines.send("hello".to_owned()).unwrap();
/// drop(log); // the channel is closed, every line is written, the thread is over
/// assert_eq!(writer.into_object().unwrap().written, ["hello"]);
/// # Ok(())
/// # }
/// ```
///
/// In a static, for the life of the program:
///
/// ```
/// use std::sync::Mutex;
/// use std::time::Duration;
/// use threadkit::{Guard, spawn};
///
/// static TICKER: Mutex<Option<Guard>> = Mutex::new(None);
///
/// # fn main() -> Result<(), threadkit::ShuttingDown> {
/// *TICKER.lock().unwrap() = Some(Guard::erased(spawn(|| threadkit::sleep(Duration::MAX))));
/// // Taken out of the mutex before it is dropped: the wait is not under the lock.
/// threadkit::at_shutdown(|| drop(TICKER.lock().unwrap().take()))?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a guard that is dropped at once stops its thread at once"]
#[doc(alias("jthread", "JoinGuard"))]
#[derive(Debug)]
pub struct Guard<C = Erased> {
    thread: Thread<C>,
    timeout: Duration,
    detached: bool,
}

impl<C> Guard<C> {
    /// Guards `thread` from now on.
    #[rustfmt::skip]
    pub fn new(thread: Thread<C>) -> Self { // `Guard::new(object.start()?)`
        Self { thread, timeout: Duration::MAX, detached: false }
    }

    /// Makes the drop wait for at most `timeout`; after that the thread is left to itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::Guard;
    ///
    /// let (go, gate) = std::sync::mpsc::channel::<()>();
    /// let deaf = threadkit::spawn(move || gate.recv().is_ok());
    /// drop(Guard::new(deaf.clone()).with_timeout(Duration::from_millis(1)));
    /// assert!(deaf.is_alive() && deaf.stop_requested());
    /// # drop(go);
    /// ```
    #[rustfmt::skip]
    pub fn with_timeout(mut self, timeout: Duration) -> Self { // such as `Duration::from_secs(5)`
        self.timeout = timeout;
        self
    }

    /// The thread without its guard: it is neither asked to stop nor waited for.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Guard, spawn};
    ///
    /// let guard = Guard::new(spawn(|| 42));
    /// assert_eq!(guard.detach().value().unwrap(), 42);
    /// ```
    #[expect(clippy::must_use_candidate, reason = "letting go of a handle is normal")]
    pub fn detach(mut self) -> Thread<C> {
        self.detached = true;
        self.thread.clone()
    }
}

impl Guard {
    /// Guards a thread of any class, as [`Group::add`](crate::Group::add) takes one: for a field that holds one of
    /// several classes, or whose type is not to name the class.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Guard, spawn};
    ///
    /// let guards = vec![Guard::erased(spawn(|| 42)), Guard::erased(spawn(|| "a string"))];
    /// drop(guards);
    /// ```
    #[rustfmt::skip]
    pub fn erased(thread: impl Into<Thread>) -> Self { // `Guard::erased(object.start()?)`
        Self::new(thread.into())
    }
}

impl<C> Drop for Guard<C> {
    fn drop(&mut self) {
        if !self.detached {
            stop_and_join("Guard", slice::from_ref(&self.thread), self.timeout);
        }
    }
}

impl<C> Deref for Guard<C> {
    type Target = Thread<C>;

    fn deref(&self) -> &Thread<C> {
        &self.thread
    }
}

impl<C> From<Thread<C>> for Guard<C> {
    fn from(thread: Thread<C>) -> Self {
        Self::new(thread)
    }
}
