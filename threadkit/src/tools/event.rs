//! [`Event`]: a flag that threads wait for.

use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::base::condvar::Condvar;
use crate::base::primitive::parking_lot::Mutex;
use crate::base::primitive::sync::atomic::{AtomicUsize, Ordering};
use crate::class::refusals::not_cloned;
use crate::core::graph;
use crate::core::record::{Record, Wait};
use crate::core::stop::Stopped;
use crate::thread::current::current_thread;

/// A flag that threads wait for, as Python's [`threading.Event`].
///
/// [`set`](Self::set) wakes all who wait, even where [`clear`](Self::clear) follows before they have
/// woken. There are no spurious wake-ups. What was done before `set` is seen by those whom it lets
/// through.
///
/// An event is shared as a `static`, as a field of a class whose `run` takes `&self`, or in an [`Arc`], whose clones
/// are of one flag.
///
/// # Examples
///
/// ```
/// use threadkit::{Event, spawn};
///
/// static LOADED: Event = Event::new();
///
/// let reader = spawn(|| {
///     LOADED.wait();
///     "the data are there"
/// });
/// LOADED.set();
/// assert_eq!(reader.value().unwrap(), "the data are there");
/// ```
///
/// A worker that ends when it is asked to, even where nobody sets the event:
///
/// ```
/// use std::sync::Arc;
/// use threadkit::{Event, Stopped, Target};
///
/// # fn main() -> std::io::Result<()> {
/// let work = Arc::new(Event::new());
/// let worker = Target::fallible({
///     let work = work.clone();
///     move || -> Result<(), Stopped> {
///         loop {
///             work.wait_or_stop()?;
///             work.clear();
///         }
///     }
/// })
/// .start()?;
/// work.set();
/// worker.request_stop();
/// worker.join().expect("an orderly end");
/// # Ok(())
/// # }
/// ```
///
/// [`threading.Event`]: https://docs.python.org/3/library/threading.html#threading.Event
#[doc(alias("ManualResetEvent", "latch", "Notify"))]
pub struct Event {
    /// How often it was set or cleared, hence odd while it is set; written under the lock. Who waits
    /// has seen an even count, and goes on as soon as the count is another.
    changes: AtomicUsize,
    /// Those who are to be woken by a stop, too: each waits on its own thread's condition, which this
    /// event and the stop both notify.
    stoppable: Mutex<Vec<Arc<Record>>>,
    /// With the lock: for those who wait for this event alone.
    changed: Condvar,
}

impl Event {
    /// An event that is not set.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            changes: AtomicUsize::new(0),
            stoppable: Mutex::new(Vec::new()),
            changed: Condvar::new(),
        }
    }

    /// Sets the event and wakes all who wait for it. If it is set already, nothing happens.
    pub fn set(&self) {
        let mut stoppable = self.stoppable.lock();
        if self.is_set() {
            return;
        }
        // Release, paired with the Acquire in `changes`. Under the lock, so that who has seen the
        // event unset is asleep, or in the list.
        self.changes.fetch_add(1, Ordering::Release);
        let woken = mem::take(&mut *stoppable);
        drop(stoppable);
        self.changed.notify_all();
        for waiter in woken {
            waiter.stop().nudge();
        }
    }

    /// Clears the flag: from now on threads wait again.
    pub fn clear(&self) {
        let _lock = self.stoppable.lock();
        if self.is_set() {
            // Release, as in `set`: the counts that others see keep their order with what was done.
            self.changes.fetch_add(1, Ordering::Release);
        }
    }

    /// Whether the event is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        is_odd(self.changes())
    }

    /// Waits until the event is set.
    #[rustfmt::skip]
    pub fn wait(&self) { // for a time: `wait_timeout(Duration::from_millis(500))`
        self.wait_until(None);
    }

    /// Waits until the event is set, for at most `timeout` on the monotonic clock; false if it was not set
    /// in that time. Zero looks without waiting; a timeout too long to end (`Duration::MAX`) is a wait
    /// without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let event = threadkit::Event::new();
    /// assert!(!event.wait_timeout(Duration::from_millis(1)));
    /// event.set();
    /// assert!(event.wait_timeout(Duration::ZERO));
    /// event.clear();
    /// assert!(!event.is_set());
    /// ```
    #[must_use = "false: the event was not set"]
    #[rustfmt::skip]
    pub fn wait_timeout(&self, timeout: Duration) -> bool { // such as `Duration::from_millis(500)`
        self.wait_until(clock::now().checked_add(timeout))
    }

    /// Waits until the event is set, or a stop is requested of the current thread, see
    /// [`Thread::request_stop`](crate::Thread::request_stop).
    ///
    /// # Errors
    ///
    /// [`Stopped`], if a stop was requested before or meanwhile, even where the event is set, too.
    /// `event.wait_or_stop()?` in `run` is an orderly end.
    pub fn wait_or_stop(&self) -> Result<(), Stopped> {
        self.wait_or_stop_until(None, Wait::EventOrStop).map(|_| ())
    }

    /// Waits as [`wait_or_stop`](Self::wait_or_stop) does, but for at most `timeout`; false if the
    /// event was not set in that time.
    ///
    /// # Errors
    ///
    /// As [`wait_or_stop`](Self::wait_or_stop).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::{Event, Stopped, spawn};
    ///
    /// static EVENT: Event = Event::new();
    ///
    /// assert_eq!(EVENT.wait_or_stop_timeout(Duration::from_millis(1)), Ok(false));
    /// let waiter = spawn(|| EVENT.wait_or_stop_timeout(Duration::from_secs(3600)));
    /// waiter.request_stop();
    /// assert_eq!(waiter.value().unwrap(), Err(Stopped));
    /// ```
    #[rustfmt::skip]
    pub fn wait_or_stop_timeout(&self, timeout: Duration) -> Result<bool, Stopped> { // such as `Duration::from_millis(500)`
        self.wait_or_stop_until(clock::now().checked_add(timeout), Wait::EventOrStop)
    }

    fn wait_until(&self, deadline: Option<Instant>) -> bool {
        if self.is_set() {
            return true;
        }
        let thread = current_thread();
        let _paused = graph::enter_unchecked(thread.record(), Wait::Event);
        let mut lock = self.stoppable.lock();
        let seen = self.changes();
        while !is_odd(seen) && self.changes() == seen {
            let Some(deadline) = deadline else {
                self.changed.wait(&mut lock);
                continue;
            };
            if self.changed.wait_until(&mut lock, deadline).timed_out() {
                return self.changes() != seen;
            }
        }
        true
    }

    pub(crate) fn wait_or_stop_until(
        &self,
        deadline: Option<Instant>,
        wait: Wait,
    ) -> Result<bool, Stopped> {
        let thread = current_thread();
        let waiter = thread.record_arc();
        let mut stoppable = self.stoppable.lock();
        let seen = self.changes();
        if !is_odd(seen) {
            stoppable.push(waiter.clone());
        }
        drop(stoppable);
        let is_over = || is_odd(seen) || self.changes() != seen;
        let paused = graph::enter_unchecked(waiter, wait);
        let outcome = waiter.stop().wait_until(deadline, is_over);
        drop(paused);
        if outcome != Ok(true) {
            // Otherwise `set` has taken it out, as it takes all.
            self.stoppable.lock().retain(|other| !Arc::ptr_eq(other, waiter));
        }
        outcome
    }

    fn changes(&self) -> usize {
        // Acquire, paired with the Release in `set`: who sees the event set sees what led to it.
        self.changes.load(Ordering::Acquire)
    }
}

not_cloned!(Event);

fn is_odd(changes: usize) -> bool {
    changes % 2 == 1
}

impl Default for Event {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("is_set", &self.is_set()).finish_non_exhaustive()
    }
}

// No user code runs under its lock: a panic leaves nothing half-done.
impl UnwindSafe for Event {}
impl RefUnwindSafe for Event {}
