//! Asking a thread to stop, and waking it so that it hears.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::Duration;

use crate::base::clock;
use crate::core::graph;
use crate::core::record::{Record, Wait};
use crate::core::registry;
use crate::core::stop::{CallbackKey, Registrar, StopState, Stopped};
use crate::os;
use crate::start::target::Target;
use crate::thread::Thread;
use crate::thread::current::{current_thread, enumerate, with_current};

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
/// orderly end. A stop is never taken back, so from then on no `sleep` of the thread waits: a loop that throws the error
/// away spins.
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
#[rustfmt::skip]
pub fn sleep(duration: Duration) -> Result<(), Stopped> { // such as `Duration::from_secs(1)`
    let thread = current_thread();
    sleep_on(thread.record().stop(), thread.record(), duration)
}

/// Calls `f` when a stop is requested of the current thread: to wake it where this crate cannot,
/// such as in a socket, a channel or a poller.
///
/// `f` runs once, on the thread that calls [`request_stop`](crate::Thread::request_stop) first, or
/// here and now if that is past. A panic of `f` is reported, and ends nothing else. If no stop is requested, `f` is
/// dropped when the thread is over, before a join returns.
///
/// What is to be woken for a time only, such as for each job of a worker, is better registered for that time: see
/// [`while_stoppable`] and [`StopToken::register`].
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
    with_current(|thread| thread.record().stop().on_stop(Registrar::Thread, Box::new(f)));
}

/// Calls `blocking`, which blocks where this crate cannot wake it, and has `wake` called if a stop of the current thread
/// is requested meanwhile: for a condition variable, a channel, a socket, a poller.
///
/// `wake` is called at most once, on the thread that requests the stop, or here and before `blocking` if that is past.
/// When this returns, `wake` is not being called any more and will not be: it may borrow. So do not return from
/// `blocking` with a lock that `wake` takes, and do not join this thread or exit the process from `wake`: each would wait
/// for the other for ever. A panic of `wake` is reported, and ends nothing else. [`dump`](crate::dump())
/// shows the thread as waiting for a [blocking call or a stop](crate::WaitsFor::Stoppable).
///
/// C++ has `std::stop_callback` for this, .NET `CancellationToken.Register`.
///
/// # Examples
///
/// A condition variable. `wake` takes the lock, so that a thread that has seen no stop is asleep by then:
///
/// ```
/// use std::collections::VecDeque;
/// use std::sync::{Arc, Condvar, Mutex};
/// use threadkit::{spawn, stop_requested, while_stoppable};
///
/// #[derive(Default)]
/// struct Queue {
///     jobs: Mutex<VecDeque<u32>>,
///     changed: Condvar,
/// }
///
/// impl Queue {
///     /// The next job, or none when the thread is asked to stop.
///     fn next(&self) -> Option<u32> {
///         let wake = || {
///             drop(self.jobs.lock());
///             self.changed.notify_all();
///         };
///         while_stoppable(wake, || {
///             let jobs = self.jobs.lock().unwrap();
///             let is_idle = |jobs: &mut VecDeque<u32>| jobs.is_empty() && !stop_requested();
///             self.changed.wait_while(jobs, is_idle).unwrap().pop_front()
///         })
///     }
/// }
///
/// let queue = Arc::new(Queue::default());
/// let worker = spawn({
///     let queue = queue.clone();
///     move || std::iter::from_fn(|| queue.next()).sum::<u32>()
/// });
/// worker.request_stop();
/// assert_eq!(worker.value().unwrap(), 0);
/// ```
///
/// A channel, by a message:
///
/// ```
/// use std::sync::mpsc;
/// use threadkit::{spawn, while_stoppable};
///
/// enum Message {
///     Job(u32),
///     Stop,
/// }
///
/// let (jobs, inbox) = mpsc::channel();
/// let wake = jobs.clone();
/// let worker = spawn(move || {
///     let mut sum = 0;
///     while let Ok(Message::Job(job)) = while_stoppable(|| _ = wake.send(Message::Stop), || inbox.recv()) {
///         sum += job;
///     }
///     sum
/// });
/// jobs.send(Message::Job(1)).unwrap();
/// worker.request_stop();
/// assert!(worker.value().unwrap() <= 1);
/// ```
#[doc(alias("Condvar", "recv", "Semaphore", "stop_callback", "interruptible"))]
pub fn while_stoppable<R>(wake: impl Fn() + Sync, blocking: impl FnOnce() -> R) -> R {
    let thread = current_thread();
    let _waiting = graph::enter_unchecked(thread.record(), Wait::Stoppable);
    os::borrow::while_registered(thread.record().stop(), &wake, blocking)
}

/// Asks every thread that is alive to stop, as [`Thread::request_stop`](crate::Thread::request_stop)
/// does: daemons, dummies and the current thread too, all but the main thread. Those that are no daemons are asked at
/// once, the daemons when none of those is left, or after two seconds: what a worker has to say at its end, the logger
/// of a library may still write. This does not wait for them.
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
#[doc(alias("Ctrl-C", "ctrlc", "SIGINT", "SIGTERM", "KeyboardInterrupt"))]
pub fn stop_all() {
    registry::stop_those(|thread| !thread.is_daemon());
    let daemons: Vec<_> = enumerate().into_iter().filter(Thread::is_daemon).collect();
    let stop = |daemons: &[Thread]| daemons.iter().for_each(Thread::request_stop);
    if daemons.is_empty() || !registry::holds_process() {
        return stop(&daemons);
    }
    let left = Arc::new(daemons);
    let later = left.clone();
    let waits = Target::new(move || {
        registry::wait_released_for(registry::STOP_ORDER);
        stop(&later);
    });
    // Where the system refuses a thread there is no order.
    if waits.with_name("stop_all").with_daemon(true).start().is_err() {
        stop(&left);
    }
}

/// Has the `current` thread sleep until the stop of `state` is requested, for at most `duration`.
fn sleep_on(state: &StopState, current: &Record, duration: Duration) -> Result<(), Stopped> {
    let deadline = clock::now().checked_add(duration);
    let wait = if deadline.is_some() { Wait::Sleep } else { Wait::Stop };
    let _paused = graph::enter_unchecked(current, wait);
    state.wait_until(deadline, || false).map(|_| ())
}

/// A stop request apart from any thread: for a task of an async runtime, a parser, a search that is
/// handed something to look at. Also the stop request of a thread, for such code to share:
/// [`StopToken::current`], and `StopToken::from(&thread)`.
///
/// Clones are of the same request. A request is never taken back.
///
/// # Examples
///
/// A search that stops for whichever token it is given:
///
/// ```
/// use std::time::Duration;
/// use threadkit::{StopToken, Stopped};
///
/// fn search(stop: &StopToken) -> Result<u64, Stopped> {
///     for candidate in 0.. {
///         stop.check()?;
///         if candidate * candidate == 144 {
///             return Ok(candidate);
///         }
///     }
///     unreachable!()
/// }
///
/// let stop = StopToken::new();
/// assert_eq!(search(&stop), Ok(12));
/// stop.request_stop();
/// assert_eq!(search(&stop), Err(Stopped));
///
/// // On a thread, for the thread's own:
/// let thread = threadkit::spawn(|| search(&StopToken::current()));
/// assert_eq!(thread.value().unwrap(), Ok(12));
/// ```
///
/// One request for threads and other code alike:
///
/// ```
/// use std::time::Duration;
/// use threadkit::{StopToken, spawn, sleep};
///
/// let stop = StopToken::new();
/// let thread = spawn(|| sleep(Duration::MAX));
/// stop.on_stop({
///     let thread = thread.clone();
///     move || thread.request_stop()
/// });
/// stop.request_stop();
/// assert!(thread.value().unwrap().is_err());
/// ```
#[derive(Clone)]
#[doc(alias("CancellationToken", "stop_token", "stop_source"))]
pub struct StopToken(Arc<dyn HasStopState>);

/// A thread's record, or a state alone.
trait HasStopState: Send + Sync {
    fn stop_state(&self) -> &StopState;
    fn request_stop(&self);
}

impl HasStopState for StopState {
    fn stop_state(&self) -> &StopState {
        self
    }

    fn request_stop(&self) {
        self.request(|| ());
    }
}

impl HasStopState for Record {
    fn stop_state(&self) -> &StopState {
        self.stop()
    }

    fn request_stop(&self) {
        self.request_stop();
    }
}

impl StopToken {
    /// A new request, which belongs to no thread.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(StopState::default()))
    }

    /// That of the current thread: it is requested when the thread is asked to stop, and the thread is
    /// asked to stop when it is requested.
    #[must_use]
    pub fn current() -> Self {
        Self::from(&current_thread())
    }

    /// Requests the stop: wakes those in [`sleep`](Self::sleep), and runs the callbacks of
    /// [`on_stop`](Self::on_stop) here. The second time it does nothing.
    pub fn request_stop(&self) {
        self.0.request_stop();
    }

    /// Whether the stop was requested.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.0.stop_state().is_requested()
    }

    /// [`stop_requested`](Self::stop_requested) for use with `?`.
    ///
    /// # Errors
    ///
    /// [`Stopped`], if the stop was requested.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.stop_requested() { Err(Stopped) } else { Ok(()) }
    }

    /// Calls `f` when the stop is requested, as [`threadkit::on_stop`](crate::on_stop) does: once, on the
    /// thread that requests it, or here and now if that is past.
    ///
    /// `f` is dropped with the last of the token's clones; registered on a thread for the thread's own stop, when the
    /// thread is over.
    pub fn on_stop(&self, f: impl FnOnce() + Send + 'static) {
        self.0.stop_state().on_stop(self.registrar(), Box::new(f));
    }

    /// Calls `f` when the stop is requested, as [`on_stop`](Self::on_stop) does, unless what this gives is dropped
    /// before: for what can be woken for a time only.
    ///
    /// The drop waits while another thread is calling `f`, so that nothing of it is in use afterwards. So do not drop it
    /// under a lock that `f` takes, and do not join the thread that drops it, or exit the process, from `f`.
    /// [`while_stoppable`] does both for the time of a call.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use threadkit::StopToken;
    ///
    /// let stop = StopToken::new();
    /// let (hears, heard) = mpsc::channel();
    /// for job in 0..3 {
    ///     let hears = hears.clone();
    ///     let registration = stop.register(move || hears.send(job).unwrap());
    ///     if job < 2 {
    ///         drop(registration); // the job is done
    ///     } else {
    ///         stop.request_stop();
    ///     }
    /// }
    /// assert_eq!(heard.try_iter().collect::<Vec<_>>(), [2]);
    /// ```
    pub fn register(&self, f: impl FnOnce() + Send + 'static) -> StopRegistration {
        let key = self.0.stop_state().on_stop(self.registrar(), Box::new(f));
        StopRegistration { token: self.clone(), key }
    }

    /// Whether it is the thread itself that registers something for its stop.
    fn registrar(&self) -> Registrar {
        let is_own = with_current(|thread| {
            std::ptr::addr_eq(Arc::as_ptr(&self.0), Arc::as_ptr(thread.record_arc()))
        });
        if is_own { Registrar::Thread } else { Registrar::Other }
    }

    /// Sleeps until this stop is requested, for at most `duration`; a duration too long to end is a wait
    /// for the stop alone.
    ///
    /// Where the token is not the current thread's, a stop requested of that does not wake it.
    ///
    /// # Errors
    ///
    /// [`Stopped`], if the stop was requested before or meanwhile.
    #[rustfmt::skip]
    pub fn sleep(&self, duration: Duration) -> Result<(), Stopped> { // such as `Duration::from_secs(1)`
        sleep_on(self.0.stop_state(), current_thread().record(), duration)
    }
}

/// A callback of [`StopToken::register`]; dropping it takes the callback back.
#[must_use = "dropping it takes the callback back at once; `on_stop` keeps one"]
pub struct StopRegistration {
    token: StopToken,
    key: CallbackKey,
}

impl Drop for StopRegistration {
    fn drop(&mut self) {
        self.token.0.stop_state().take_back(self.key);
    }
}

impl fmt::Debug for StopRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StopRegistration").field("token", &self.token).finish_non_exhaustive()
    }
}

impl Default for StopToken {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> From<&Thread<C>> for StopToken {
    fn from(thread: &Thread<C>) -> Self {
        Self(thread.record_arc().clone())
    }
}

impl fmt::Debug for StopToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requested = self.stop_requested();
        f.debug_struct("StopToken").field("stop_requested", &requested).finish_non_exhaustive()
    }
}

// A flag, and callbacks that are taken out before they run: a panic leaves nothing half-done.
impl UnwindSafe for StopToken {}
impl RefUnwindSafe for StopToken {}
