//! What comes of a group as a whole: all values, or the first.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::watch::Watch;
use super::{Group, next_of};
use crate::base::clock;
use crate::class::ThreadClass;
use crate::class::refusals::ClassKnown;
use crate::core::exception::Exception;
use crate::join::JoinError;
use crate::thread::Thread;

impl<C: ThreadClass> Group<C> {
    /// Waits for all threads, and moves out what they returned, in the order of the group. At the first failure the others
    /// are asked to stop and waited for, for at most the time of [`with_timeout`](Self::with_timeout).
    ///
    /// Where the output of the class is a `Result`, an `Err` is a failure, and the values are the outputs as they are:
    /// after a thread that was asked to stop, an `Err` with [`Stopped`](crate::Stopped) may be among them. An error leaves
    /// all outputs in place, for [`Thread::value`].
    ///
    /// As Java's `StructuredTaskScope` with `allSuccessfulOrThrow`, Python's `asyncio.TaskGroup`, or Go's `errgroup`.
    ///
    /// # Errors
    ///
    /// [`GroupError`]: the first failure, whose it was, and what else failed until all were over. A thread without a value
    /// (it left by [`exit_thread`](crate::exit_thread), or its value was taken before) is a failure, too, and so is one
    /// that may not be waited for.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, thread_class};
    ///
    /// #[thread_class(excepthook = threadkit::silent)]
    /// struct Parse(&'static str);
    ///
    /// #[thread_class]
    /// impl Parse {
    ///     fn run(&self) -> Result<u32, std::num::ParseIntError> {
    ///         self.0.parse()
    ///     }
    /// }
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let numbers = Group::start(["1", "2"].map(Parse))?.values().expect("all are numbers");
    /// assert_eq!(numbers, [Ok(1), Ok(2)]);
    ///
    /// let error = Group::start(["1", "two"].map(Parse))?.values().unwrap_err();
    /// let (thread, _) = &error.failures()[0];
    /// assert_eq!(error.to_string(), format!("thread '{}' failed: invalid digit found in string", thread.name()));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("join_all", "try_join_all", "gather"))]
    pub fn values(&self) -> Result<Vec<C::Output>, GroupError> {
        let mut race = Race::of(self);
        while let Some((thread, outcome)) = race.next() {
            if let Err(error) = outcome {
                return Err(race.lost(thread, error));
            }
        }
        let mut values = Vec::with_capacity(self.len());
        for thread in self {
            match thread.value() {
                Ok(value) => values.push(value),
                Err(error) => {
                    // Where another handle has taken a value meanwhile, the others are left in place.
                    for (holder, value) in self.iter().filter_map(Thread::holder).zip(values) {
                        holder.put_back(value);
                    }
                    return Err(GroupError::of(thread, error));
                }
            }
        }
        Ok(values)
    }

    /// Waits for the first success, and moves out what that thread returned. The others are asked to stop and waited for,
    /// for at most the time of [`with_timeout`](Self::with_timeout).
    ///
    /// Where the output of the class is a `Result`, an `Err` is a failure, and the others go on. A thread that has ended
    /// with [`Stopped`](crate::Stopped) neither failed nor succeeded: its `Err` is given if all others have ended so, too.
    ///
    /// As Java's `StructuredTaskScope` with `anySuccessfulOrThrow`, or JavaScript's `Promise.any`.
    ///
    /// # Errors
    ///
    /// [`GroupError`] with all failures, in the order in which they came, if none succeeds; without any if the group is
    /// empty.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Group, Target, silent, sleep, thread_class};
    ///
    /// #[thread_class(excepthook = silent)]
    /// struct Mirror(Result<Duration, &'static str>);
    ///
    /// #[thread_class]
    /// impl Mirror {
    ///     fn run(&self) -> Result<Duration, Box<dyn std::error::Error + Send + Sync>> {
    ///         sleep(self.0?)?;
    ///         Ok(self.0?)
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// let mirrors = [Err("no route"), Ok(Duration::MAX), Ok(Duration::ZERO)];
    /// let fastest = Group::start(mirrors.map(Mirror))?.first()??;
    /// assert_eq!(fastest, Duration::ZERO);
    ///
    /// let error = Group::start([Mirror(Err("no route")), Mirror(Err("refused"))])?.first().unwrap_err();
    /// assert_eq!(error.failures().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn first(&self) -> Result<C::Output, GroupError> {
        let mut race = Race::of(self);
        let mut stopped = None;
        let mut failures = Vec::new();
        while let Some((thread, outcome)) = race.next() {
            let ended_in_order = outcome.is_ok() && thread.record().stop_heeded();
            if ended_in_order {
                stopped = stopped.or(Some(thread));
                continue;
            }
            match outcome.and_then(|()| thread.value()) {
                Ok(value) => {
                    race.stop();
                    return Ok(value);
                }
                Err(error) => failures.push((thread.to_thread(), error)),
            }
        }
        match stopped {
            Some(thread) if failures.is_empty() => {
                thread.value().map_err(|error| GroupError::of(thread, error))
            }
            _ => Err(GroupError { failures }),
        }
    }
}

/// What a group without a class refuses, in words.
#[doc(hidden)]
impl Group {
    #[doc(hidden)]
    pub fn values<'a, T>(&'a self) -> Result<T, GroupError>
    where
        Thread: ClassKnown<'a>, // `push` keeps the class, `add` does not
    {
        unreachable!("implemented by nothing")
    }

    #[doc(hidden)]
    pub fn first<'a, T>(&'a self) -> Result<T, GroupError>
    where
        Thread: ClassKnown<'a>, // `push` keeps the class, `add` does not
    {
        unreachable!("implemented by nothing")
    }
}

/// The threads of a group, in the order in which they end.
struct Race<'a, C> {
    group: &'a Group<C>,
    /// Those that have not come yet, with their places in the group.
    left: Vec<(usize, &'a Thread<C>)>,
    watch: Watch,
}

impl<'a, C: ThreadClass> Race<'a, C> {
    fn of(group: &'a Group<C>) -> Self {
        let watch = Watch::new(group.iter().map(Thread::record_arc));
        Self { group, left: group.iter().enumerate().collect(), watch }
    }

    /// The next that is over, and whether it has a value.
    fn next(&mut self) -> Option<(&'a Thread<C>, Result<(), JoinError>)> {
        if self.left.is_empty() {
            return None;
        }
        let (place, allowed) = next_of(&mut self.watch);
        self.watch.swap_remove(place);
        let (_, thread) = self.left.swap_remove(place);
        Some((thread, allowed.and_then(|()| joined(thread))))
    }

    /// Asks those that are left to stop and waits for them: those of them that fail, in the order of the group.
    fn stop(mut self) -> Vec<(Thread, JoinError)> {
        self.left.sort_unstable_by_key(|(place, _)| *place);
        self.left.iter().for_each(|(_, thread)| thread.request_stop());
        let deadline = clock::now().checked_add(self.group.timeout);
        let failure = |(_, thread): &(usize, &Thread<C>)| {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(clock::now()));
            let joined = left.map_or_else(|| thread.join(), |left| thread.join_timeout(left));
            joined.err().map(|error| (thread.to_thread(), error))
        };
        self.left.iter().filter_map(failure).collect()
    }

    /// `thread` has failed first: what else does, once the others are asked to stop.
    fn lost(self, thread: &Thread<C>, error: JoinError) -> GroupError {
        let mut lost = GroupError::of(thread, error);
        lost.failures.extend(self.stop());
        lost
    }
}

/// The outcome of a thread that is over: whether it has a value that is no failure.
fn joined<C: ThreadClass>(thread: &Thread<C>) -> Result<(), JoinError> {
    thread.join()?;
    if thread.has_value() { Ok(()) } else { Err(JoinError::NoValue) }
}

/// The threads of a [`Group`] that failed, and how: from [`Group::values`] and [`Group::first`].
///
/// It displays as the first of the failures, and has its sources. `{:?}`, which `main` prints, has all of them.
///
/// # Examples
///
/// ```
/// use threadkit::{Group, Target};
///
/// # fn main() -> std::io::Result<()> {
/// # threadkit::set_excepthook(threadkit::silent);
/// let error = Group::start([1, 0].map(|n| Target::new(move || 10 / n)))?.values().unwrap_err();
/// assert_eq!(error.exception().unwrap().message(), "attempt to divide by zero");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct GroupError {
    failures: Vec<(Thread, JoinError)>,
}

impl GroupError {
    fn of<C>(thread: &Thread<C>, error: JoinError) -> Self {
        Self { failures: vec![(thread.to_thread(), error)] }
    }

    /// Whose failures they are, and what. The first is the one that came first; empty if a group without threads was asked
    /// for its [`first`](Group::first) success.
    #[must_use]
    pub fn failures(&self) -> &[(Thread, JoinError)] {
        &self.failures
    }

    /// How the first thread failed, if it did: see [`JoinError::exception`].
    #[must_use]
    pub fn exception(&self) -> Option<&Arc<Exception>> {
        self.failures.first()?.1.exception()
    }

    /// Continues the panic of the first thread on the current one, as [`JoinError::resume_unwind`] does.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn resume_unwind(self) -> ! {
        let text = self.to_string();
        match self.failures.into_iter().next() {
            Some((_, error)) => error.resume_unwind(),
            None => std::panic::resume_unwind(Box::new(text)),
        }
    }
}

/// One of the failures: an exception names its thread.
fn failure(f: &mut fmt::Formatter<'_>, thread: &Thread, error: &JoinError) -> fmt::Result {
    match error {
        JoinError::Failed(exception) => fmt::Display::fmt(exception, f),
        error => write!(f, "thread '{}': {error}", thread.name()),
    }
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(((thread, error), others)) = self.failures.split_first() else {
            return f.write_str("the group has no threads");
        };
        failure(f, thread, error)?;
        match others.len() {
            0 => Ok(()),
            more => write!(f, " (and {more} more failed)"),
        }
    }
}

impl fmt::Debug for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(((thread, error), others)) = self.failures.split_first() else {
            return fmt::Display::fmt(self, f);
        };
        failure(f, thread, error)?;
        let mut source = error.source();
        while let Some(error) = source {
            write!(f, "\n  caused by: {error}")?;
            source = error.source();
        }
        for (thread, error) in others {
            f.write_str("\nalso: ")?;
            failure(f, thread, error)?;
        }
        Ok(())
    }
}

impl Error for GroupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failures.first()?.1.source()
    }
}

/// So that `?` works where `start()?` does. [`io::Error::get_ref`] has the whole.
impl From<GroupError> for io::Error {
    fn from(error: GroupError) -> Self {
        let first = error.failures.first().map(|(_, error)| error.clone());
        let kind = first.map_or(io::ErrorKind::Other, |error| Self::from(error).kind());
        Self::new(kind, error)
    }
}
