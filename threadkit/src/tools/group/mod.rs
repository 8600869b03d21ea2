//! [`Group`]: threads that are started, stopped and joined together.

pub(crate) mod iter;
mod members;
pub(crate) mod outcome;
mod watch;

use std::fmt;
use std::io;
use std::mem;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

use crate::base::clock;
use crate::class::ThreadClass;
use crate::join::JoinError;
use crate::start::startable::Startable;
use crate::start::{Free, launch};
use crate::thread::{Erased, Thread};
use crate::tools::release::stop_and_join;
use watch::Watch;

pub(crate) use members::of;

/// Threads that are started, stopped and joined together.
///
/// It derefs to a slice of the handles, and its drop requests a stop of all and joins them, as that
/// of a [`Guard`](crate::Guard) does. Threads of one class are started by [`start`](Self::start);
/// threads of many classes are put into a `Group` by [`add`](Self::add). Threads that run already, or in a
/// [`scope`](crate::scope()), are collected into one.
///
/// [`values`](Self::values) waits for all and stops them at the first failure, [`first`](Self::first) waits for the first
/// success, [`wait_any`](Self::wait_any) hands out one after the other.
///
/// # Examples
///
/// ```
/// use threadkit::{Group, thread_class};
///
/// #[thread_class]
/// struct Square(u32);
///
/// #[thread_class]
/// impl Square {
///     fn run(&self) -> u32 {
///         self.0 * self.0
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// assert_eq!(Group::start((1..=3).map(Square))?.values()?, [1, 4, 9]);
///
/// let mut squares = Group::start((1..=3).map(Square))?;
/// let mut sum = 0;
/// while let Some((square, outcome)) = squares.wait_any() {
///     outcome?; // the first failure stops the others: `squares` is dropped
///     sum += square.value()?;
/// }
/// assert_eq!(sum, 14);
/// # Ok(())
/// # }
/// ```
#[must_use = "a group that is dropped at once stops its threads at once"]
#[doc(alias("ThreadPool", "thread_pool", "JoinSet", "TaskGroup", "StructuredTaskScope"))]
pub struct Group<C = Erased> {
    threads: Vec<Thread<C>>,
    id: u64,
    timeout: Duration,
    /// In step with the threads, from the first wait for one of them on.
    watch: Option<Box<Watch>>,
}

impl<C> Group<C> {
    /// A group without threads.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, spawn};
    ///
    /// let mut group = Group::new();
    /// group.push(spawn(|| 42));
    /// assert_eq!(group[0].value().unwrap(), 42);
    /// ```
    pub fn new() -> Self {
        Self { threads: Vec::new(), id: members::next_group(), timeout: Duration::MAX, watch: None }
    }

    /// Starts a thread for each of `objects`, all or none: if one is refused, or the iterator panics,
    /// those that were started are asked to stop and joined.
    ///
    /// Objects that are configured are [`Builder`](crate::Builder)s.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`](crate::Builder::start).
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let group = Group::start((0..4).map(|i| Target::new(move || i).with_name(format!("w{i}"))))?;
    /// assert_eq!(group[3].name(), "w3");
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    #[rustfmt::skip]
    pub fn start<O>(objects: impl IntoIterator<Item = O>) -> io::Result<Self> // such as `[first, second]`
    where
        C: ThreadClass + 'static,
        O: Startable<Class = C>,
    {
        let location = Location::caller();
        let mut group = Self::new();
        for object in objects {
            group.push(launch(&Free, object.into_builder(), location, |_| ())?);
        }
        Ok(group)
    }

    /// Makes the drop wait for at most `timeout` in all; after that the threads are left to
    /// themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let workers = (0..2).map(|_| Target::new(|| threadkit::sleep(Duration::MAX)));
    /// let _workers = Group::start(workers)?.with_timeout(Duration::from_secs(5));
    /// # Ok(())
    /// # }
    /// ```
    #[rustfmt::skip]
    pub fn with_timeout(mut self, timeout: Duration) -> Self { // such as `Duration::from_secs(5)`
        self.timeout = timeout;
        self
    }

    /// Puts a thread that is started already into the group; see [`new`](Self::new), and
    /// [`add`](Group::add) for threads of different classes.
    #[rustfmt::skip]
    pub fn push(&mut self, thread: Thread<C>) { // `group.push(object.start()?)`; of several classes: `group.add(..)`
        members::add(self.id, thread.ident());
        if let Some(watch) = &mut self.watch {
            watch.push(thread.record_arc());
        }
        self.threads.push(thread);
    }

    /// The number of the group, which [`dump`](crate::dump()) tells of its threads: unique for the life
    /// of the process.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, spawn};
    ///
    /// let mut group = Group::new();
    /// group.push(spawn(|| threadkit::sleep(std::time::Duration::MAX)));
    /// let dump = threadkit::dump();
    /// let row = dump.threads().iter().find(|row| row.ident() == group[0].ident()).unwrap();
    /// assert_eq!(row.group(), Some(group.id()));
    /// ```
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Asks all threads to stop, see [`Thread::request_stop`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Group, Stopped, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let workers = Group::start((0..2).map(|_| Target::new(|| threadkit::sleep(Duration::MAX))))?;
    /// workers.request_stop();
    /// for worker in &workers {
    ///     assert_eq!(worker.value().unwrap(), Err(Stopped));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn request_stop(&self) {
        self.threads.iter().for_each(Thread::request_stop);
    }

    /// Waits until all threads are over, however they end.
    ///
    /// # Errors
    ///
    /// If joins fail ([`Thread::join`]), the error of the thread that comes first in the group. The
    /// others are waited for all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let group = Group::start([1, 0].map(|n| Target::new(move || 10 / n)))?;
    /// let error = group.join().unwrap_err();
    /// assert_eq!(error.exception().unwrap().message(), "attempt to divide by zero");
    /// assert_eq!(group[0].value().unwrap(), 10);
    /// # Ok(())
    /// # }
    /// ```
    pub fn join(&self) -> Result<(), JoinError> {
        self.join_timeout(Duration::MAX)
    }

    /// Waits as [`join`](Self::join) does, but for at most `timeout` in all. A timeout too long to
    /// end is a join without one.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Self::join); [`TimedOut`](JoinError::TimedOut) counts among them.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let workers = Group::start((0..2).map(|_| Target::new(|| threadkit::sleep(Duration::MAX))))?;
    /// assert!(workers.join_timeout(Duration::from_millis(1)).unwrap_err().is_timeout());
    /// workers.request_stop();
    /// workers.join_timeout(Duration::MAX).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    #[rustfmt::skip]
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> { // such as `Duration::from_secs(5)`
        let deadline = clock::now().checked_add(timeout);
        let joined = self.threads.iter().map(|thread| match deadline {
            Some(deadline) => thread.join_timeout(deadline.saturating_duration_since(clock::now())),
            None => thread.join(),
        });
        joined.fold(Ok(()), Result::and)
    }

    /// Waits until one of the threads is over, and takes it out of the group, with its outcome as
    /// [`Thread::join`] tells it; `None` from a group that is empty. They come in the order in which they end; of those
    /// that were over before the first call, the one that is first in the group.
    ///
    /// As with [`Vec::swap_remove`], the last thread of the group takes the place of the one that is taken out: a group
    /// of any size is emptied at the same cost for each thread.
    ///
    /// A thread that may not be waited for (the current one, one that was not started here) is taken
    /// out at once, with the error that says so. So is the first, with a
    /// [`Deadlock`](JoinError::Deadlock), where the wait would never end since all of the threads wait
    /// for the caller.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let mirrors = [Duration::MAX, Duration::ZERO].map(|delay| Target::new(move || threadkit::sleep(delay)));
    /// let (fastest, _) = Group::start(mirrors)?.wait_any().unwrap(); // the other is asked to stop
    /// assert_eq!(fastest.value().unwrap(), Ok(()));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("select", "join_next", "as_completed"))]
    pub fn wait_any(&mut self) -> Option<(Thread<C>, Result<(), JoinError>)> {
        if self.threads.is_empty() {
            return None;
        }
        let (place, allowed) = next_of(self.watch());
        Some(self.take_out(place, allowed))
    }

    /// Takes a thread out of the group as [`wait_any`](Self::wait_any) does, if that does not have to wait: `None` if
    /// none is over.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, spawn};
    ///
    /// let (go, gate) = std::sync::mpsc::channel();
    /// let mut group = Group::new();
    /// group.push(spawn(move || gate.recv().unwrap()));
    /// assert!(group.try_wait_any().is_none());
    /// go.send(42).unwrap();
    /// group[0].join().unwrap();
    /// let (thread, _) = group.try_wait_any().unwrap();
    /// assert_eq!(thread.value().unwrap(), 42);
    /// ```
    #[doc(alias = "try_join_next")]
    pub fn try_wait_any(&mut self) -> Option<(Thread<C>, Result<(), JoinError>)> {
        let place = self.watch().try_next()?;
        Some(self.take_out(place, Ok(())))
    }

    fn watch(&mut self) -> &mut Watch {
        let Self { threads, watch, .. } = self;
        watch.get_or_insert_with(|| Box::new(Watch::new(threads.iter().map(Thread::record_arc))))
    }

    /// Takes the thread of that place out, whose join does not wait, or is refused.
    fn take_out(
        &mut self,
        place: usize,
        allowed: Result<(), JoinError>,
    ) -> (Thread<C>, Result<(), JoinError>) {
        let thread = self.threads.swap_remove(place);
        if let Some(watch) = &mut self.watch {
            watch.swap_remove(place);
        }
        members::remove(self.id, [thread.ident()]);
        let outcome = allowed.and_then(|()| thread.join());
        (thread, outcome)
    }

    /// Keeps those threads in the group for which `keep` is true. The others are let go: neither asked to stop nor waited
    /// for.
    ///
    /// # Examples
    ///
    /// A pool that starts anew what is gone:
    ///
    /// ```
    /// use threadkit::{Group, Thread, spawn};
    ///
    /// let mut pool: Group<_> = (0..4).map(|number| spawn(move || number)).collect();
    /// pool[2].join().unwrap();
    /// pool.retain(Thread::is_alive);
    /// while pool.len() < 4 {
    ///     pool.push(spawn(|| 7));
    /// }
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&Thread<C>) -> bool) {
        self.watch = None;
        let id = self.id;
        self.threads.retain(|thread| {
            let kept = keep(thread);
            if !kept {
                members::remove(id, [thread.ident()]);
            }
            kept
        });
    }

    /// The threads without their group: they are neither asked to stop nor waited for.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let threads = Group::start([Target::new(|| 42)])?.detach();
    /// assert_eq!(threads[0].value().unwrap(), 42);
    /// # Ok(())
    /// # }
    /// ```
    #[expect(clippy::must_use_candidate, reason = "letting go of a handle is normal")]
    pub fn detach(mut self) -> Vec<Thread<C>> {
        self.disband()
    }

    /// Leaves the group without threads.
    fn disband(&mut self) -> Vec<Thread<C>> {
        self.watch = None;
        members::remove(self.id, self.threads.iter().map(Thread::ident));
        mem::take(&mut self.threads)
    }
}

/// The place of the thread that is over next, or of the first, and why nobody may wait for it.
fn next_of(watch: &mut Watch) -> (usize, Result<(), JoinError>) {
    watch.next().map_or_else(|refused| (0, Err(refused)), |place| (place, Ok(())))
}

impl Group {
    /// Puts a thread of any class into the group.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Group, spawn};
    ///
    /// let mut group = Group::new();
    /// group.add(spawn(|| "a string"));
    /// group.add(spawn(|| 42));
    /// group.join().unwrap();
    /// ```
    #[rustfmt::skip]
    pub fn add(&mut self, thread: impl Into<Thread>) { // `group.add(object.start()?)`
        self.push(thread.into());
    }
}

impl<C> Drop for Group<C> {
    fn drop(&mut self) {
        stop_and_join("Group", &self.threads, self.timeout);
        self.disband();
    }
}

impl<C> Deref for Group<C> {
    type Target = [Thread<C>];

    fn deref(&self) -> &[Thread<C>] {
        &self.threads
    }
}

impl<C> Default for Group<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> fmt::Debug for Group<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group")
            .field("id", &self.id)
            .field("threads", &self.threads)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
