//! Waiting for a thread: what can go wrong, and what is refused before it begins.

pub(crate) mod future;

use std::error::Error;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::class::ThreadClass;
use crate::class::receiver::KeepsObject;
use crate::class::refusals::ClassKnown;
use crate::core::exception::Exception;
use crate::core::graph::{self, Cycle, Waiting};
use crate::core::record::{Record, Wait};
use crate::thread::current;
use crate::thread::{Thread, erased};

/// Why a join, or [`Thread::value`], did not give what was asked for.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let thread = threadkit::spawn(|| threadkit::sleep(Duration::MAX));
/// let error = thread.join_timeout(Duration::from_millis(1)).unwrap_err();
/// assert!(error.is_timeout());
/// thread.request_stop();
/// thread.join().unwrap();
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum JoinError {
    /// `run` panicked or returned an `Err`. Displays as the exception, and has its source.
    Failed(Arc<Exception>),
    /// The thread is still alive when the time is up.
    TimedOut,
    /// The thread would wait for itself. Python's `RuntimeError: cannot join current thread`.
    CurrentThread,
    /// The wait would close a cycle of joins, and never end.
    Deadlock(JoinCycle),
    /// A thread that was not started here cannot be joined.
    Dummy,
    /// There is no value: it was taken before, or the thread left by
    /// [`exit_thread`](crate::exit_thread) or was lost in a fork. Only from
    /// [`Thread::value`].
    NoValue,
}

/// The threads of a cycle of joins, each of which would wait for the next.
#[derive(Clone, Debug)]
pub struct JoinCycle(Arc<[Thread]>);

impl JoinError {
    /// Whether the time was up.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::TimedOut)
    }

    /// Whether the thread panicked, and not only returned an `Err`.
    ///
    /// # Examples
    ///
    /// ```
    /// let thread = threadkit::spawn(|| panic!("out of cheese"));
    /// assert!(thread.join().unwrap_err().is_panic());
    /// ```
    #[must_use]
    pub fn is_panic(&self) -> bool {
        self.exception().is_some_and(|exception| exception.is_panic())
    }

    /// How the thread failed, if it did.
    #[must_use]
    pub fn exception(&self) -> Option<&Arc<Exception>> {
        match self {
            Self::Failed(exception) => Some(exception),
            _ => None,
        }
    }

    /// Continues the thread's panic on the current thread, without a new report by the panic hook.
    ///
    /// # Panics
    ///
    /// Always: with the payload of the thread's panic where there is one, otherwise with the
    /// message.
    pub fn resume_unwind(self) -> ! {
        match self {
            Self::Failed(exception) => exception.resume_unwind(),
            other => std::panic::resume_unwind(Box::new(other.to_string())),
        }
    }
}

/// What `main` prints when it returns the error, so a failure is told in words, as [`Exception`] tells it.
impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(exception) => fmt::Debug::fmt(exception, f),
            Self::TimedOut => f.write_str("TimedOut"),
            Self::CurrentThread => f.write_str("CurrentThread"),
            Self::Deadlock(cycle) => fmt::Debug::fmt(cycle, f),
            Self::Dummy => f.write_str("Dummy"),
            Self::NoValue => f.write_str("NoValue"),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(exception) => fmt::Display::fmt(exception, f),
            Self::TimedOut => f.write_str("the thread is still alive"),
            Self::CurrentThread => f.write_str("a thread cannot join itself"),
            Self::Deadlock(cycle) => fmt::Display::fmt(cycle, f),
            Self::Dummy => f.write_str("a thread that was not started here cannot be joined"),
            Self::NoValue => f.write_str("the thread has no value, or it was taken before"),
        }
    }
}

impl Error for JoinError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(exception) => exception.source(),
            _ => None,
        }
    }
}

/// So that `thread.join()?` works where `start()?` does. [`io::Error::get_ref`] has the whole.
impl From<JoinError> for io::Error {
    fn from(error: JoinError) -> Self {
        let kind = match error {
            JoinError::TimedOut => io::ErrorKind::TimedOut,
            JoinError::CurrentThread | JoinError::Deadlock(_) => io::ErrorKind::Deadlock,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

impl JoinCycle {
    /// The threads of the cycle: the first is the one whose join was refused, each would wait for
    /// the next, and the last waits for the first.
    #[must_use]
    pub fn threads(&self) -> &[Thread] {
        &self.0
    }
}

impl fmt::Display for JoinCycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the join would never end: ")?;
        for thread in self.threads() {
            write!(f, "{thread} joins ")?;
        }
        self.threads().first().map_or(Ok(()), |first| fmt::Display::fmt(first, f))
    }
}

impl<C> Thread<C> {
    /// Waits until the thread is over. Any number of threads may do so, any number of times; all
    /// get the same result.
    ///
    /// # Errors
    ///
    /// [`Failed`](JoinError::Failed) if `run` panicked or returned an `Err`. Without waiting:
    /// [`CurrentThread`](JoinError::CurrentThread), [`Dummy`](JoinError::Dummy), and
    /// [`Deadlock`](JoinError::Deadlock) where the wait could not end.
    #[rustfmt::skip]
    pub fn join(&self) -> Result<(), JoinError> { // for a time: `join_timeout(Duration::from_secs(5))`
        wait(self.record_arc())?;
        self.outcome()
    }

    /// Waits as [`join`](Self::join) does, but for at most `timeout`, on the monotonic clock. Zero
    /// only looks; a timeout too long to end (`Duration::MAX`) is a join without one.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Self::join), and [`TimedOut`](JoinError::TimedOut).
    #[rustfmt::skip]
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> { // such as `Duration::from_secs(5)`
        wait_timeout(self.record_arc(), timeout)?;
        self.outcome()
    }

    fn outcome(&self) -> Result<(), JoinError> {
        match self.record().failure() {
            Some(exception) => {
                exception.set_taken();
                Err(JoinError::Failed(exception))
            }
            None => Ok(()),
        }
    }
}

impl<C: ThreadClass> Thread<C> {
    /// Waits as [`join`](Self::join) does, and moves out what `run` returned, an `Err` included:
    /// `thread.value()??`.
    ///
    /// # Errors
    ///
    /// Those of a join, which leave the value in place, except that a `run` that returned an `Err`
    /// has a value; and [`NoValue`](JoinError::NoValue) from the second time on.
    #[doc(alias = "result")]
    pub fn value(&self) -> Result<C::Output, JoinError> {
        wait(self.record_arc())?;
        self.take_value()
    }

    /// Waits as [`join_timeout`](Self::join_timeout) does, and moves out what `run` returned, as [`value`](Self::value)
    /// does.
    ///
    /// # Errors
    ///
    /// Those of [`value`](Self::value), and [`TimedOut`](JoinError::TimedOut), which leaves the value in place.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let slow = threadkit::spawn(|| threadkit::sleep(Duration::MAX).is_err());
    /// assert!(slow.value_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
    /// slow.request_stop();
    /// assert_eq!(slow.value_timeout(Duration::MAX).unwrap(), true);
    /// ```
    #[rustfmt::skip]
    pub fn value_timeout(&self, timeout: Duration) -> Result<C::Output, JoinError> { // such as `Duration::from_secs(5)`
        wait_timeout(self.record_arc(), timeout)?;
        self.take_value()
    }

    /// Whether what `run` returned is there to be taken.
    pub(crate) fn has_value(&self) -> bool {
        self.holder().is_some_and(|typed| typed.has_value())
    }

    /// What `run` returned; the thread is over.
    fn take_value(&self) -> Result<C::Output, JoinError> {
        let record = self.record();
        if record.is_lost() {
            return Err(JoinError::NoValue);
        }
        let value = self.holder().and_then(|typed| typed.take_value());
        let failure = record.failure();
        if let Some(exception) = failure.as_ref().filter(|of| of.is_panic() || value.is_some()) {
            exception.set_taken();
        }
        value.ok_or_else(|| match failure {
            Some(exception) if exception.is_panic() => JoinError::Failed(exception),
            _ => JoinError::NoValue,
        })
    }

    /// Waits until the thread is over, and gives the object back; after a failure, too.
    ///
    /// # Errors
    ///
    /// The handle, if there is no object for it: with `run(&mut self)` the first caller has it, with
    /// `run(&self)` whoever holds the last typed handle. Also where a join would be refused.
    pub fn into_object(self) -> Result<C, Self>
    where
        C::Receiver: KeepsObject,
    {
        if wait(self.record_arc()).is_err() || self.record().is_lost() {
            return Err(self);
        }
        self.take_object()
    }
}

/// What an erased handle derefs to: after all that a `Thread` has comes what it refuses.
#[doc(hidden)]
#[derive(Debug)]
pub struct ThreadOfUnknownClass;

impl ThreadOfUnknownClass {
    #[doc(hidden)]
    pub fn value<'a, T>(&'a self) -> Result<T, JoinError>
    where
        Thread: ClassKnown<'a>, // `downcast` finds the class
    {
        Err(JoinError::NoValue)
    }

    #[doc(hidden)]
    pub fn value_timeout<'a, T>(&'a self, _: Duration) -> Result<T, JoinError>
    where
        Thread: ClassKnown<'a>, // `downcast` finds the class
    {
        Err(JoinError::NoValue)
    }

    #[doc(hidden)]
    pub fn into_object<'a, C>(&'a self) -> Result<C, Thread>
    where
        Thread: ClassKnown<'a>, // `downcast` finds the class
    {
        Err(crate::current_thread())
    }
}

#[doc(hidden)]
impl Deref for Thread {
    type Target = ThreadOfUnknownClass;

    fn deref(&self) -> &ThreadOfUnknownClass {
        &ThreadOfUnknownClass
    }
}

/// Waits until the thread is over, however it ended.
fn wait(target: &Arc<Record>) -> Result<(), JoinError> {
    wait_until(target, None, &mut None, || ())
}

/// The same for at most `timeout`. A timeout too long to end is a wait without one.
fn wait_timeout(target: &Arc<Record>, timeout: Duration) -> Result<(), JoinError> {
    wait_until(target, clock::now().checked_add(timeout), &mut None, || ())
}

/// The same until `deadline`. Calls `explain` if the wait lasts until `explain_at`, which is empty from then on.
pub(crate) fn wait_until(
    target: &Arc<Record>,
    deadline: Option<Instant>,
    explain_at: &mut Option<Instant>,
    explain: impl FnOnce(),
) -> Result<(), JoinError> {
    let waiter = current::current_thread();
    if check(&waiter, target)? {
        return Ok(());
    }
    let _waiting = if deadline.is_some() {
        let wait = Wait::End { target: target.clone(), timed: true };
        graph::enter_unchecked(waiter.record(), wait)
    } else {
        graph::enter(waiter.record_arc(), target).map_err(deadlock)?
    };
    if let Some(at) = explain_at.filter(|at| deadline.is_none_or(|deadline| *at < deadline)) {
        if !target.end.wait_for(Some(at), || target.is_over()) {
            *explain_at = None;
            explain();
        }
    }
    let Some(deadline) = deadline else {
        if !target.is_over() {
            target.end.wait(|| target.is_over());
        }
        return Ok(());
    };
    let over = target.end.wait_for(Some(deadline), || target.is_over());
    if over { Ok(()) } else { Err(JoinError::TimedOut) }
}

/// Whether the thread is over, or why the current thread may not wait for it.
pub(crate) fn is_over(target: &Arc<Record>) -> Result<bool, JoinError> {
    current::with_current(|waiter| check(waiter, target))
}

/// Whether the thread is over already; refuses waits that are never allowed.
fn check(waiter: &Thread, target: &Arc<Record>) -> Result<bool, JoinError> {
    if Arc::ptr_eq(waiter.record_arc(), target) {
        Err(JoinError::CurrentThread)
    } else if target.is_dummy() {
        Err(JoinError::Dummy)
    } else {
        Ok(target.is_over())
    }
}

/// Enters the wait of `waiter` for the first end of `targets`, unless all of them wait for `waiter`.
pub(crate) fn enter_first_of<'a>(
    waiter: &'a Arc<Record>,
    targets: &Arc<Vec<Arc<Record>>>,
) -> Result<Waiting<'a>, JoinError> {
    graph::enter_first_of(waiter, targets).map_err(deadlock)
}

fn deadlock(cycle: Cycle) -> JoinError {
    JoinError::Deadlock(JoinCycle(cycle.into_iter().map(erased).collect()))
}
