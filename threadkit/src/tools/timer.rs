//! [`Timer`]: a thread that calls a function later.

use std::fmt;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::base::primitive::parking_lot::Mutex;
use crate::class::receiver::ByRef;
use crate::class::{Options, ThreadClass};
use crate::core::record::Wait;
use crate::start::builder::object_methods;
use crate::tools::event::Event;

/// A thread that calls a function later, once or again and again; Python's [`threading.Timer`].
///
/// It is a thread class like any other: it is started, named, joined; a panic of the function is a
/// failure of the thread. The delay counts from the start of the thread. While it waits,
/// [`cancel`](Self::cancel) ends it and [`reset`](Self::reset) has it begin again, both on the started
/// handle; a [stop request](crate::Thread::request_stop) ends it, too.
///
/// Started on a thread that is no daemon, a timer holds the process until it is over, as in Python: say
/// `.with_daemon(true)` where it should not.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::Timer;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let timer = Timer::new(Duration::from_millis(5), || println!("hello")).start()?;
/// timer.join()?; // it has said hello
///
/// let timer = Timer::new(Duration::from_secs(3600), || unreachable!()).start()?;
/// assert!(timer.cancel());
/// timer.join()?; // at once
/// # Ok(())
/// # }
/// ```
///
/// [`threading.Timer`]: https://docs.python.org/3/library/threading.html#threading.Timer
// Not made with the attribute: rustc would list `Timer` as a candidate when a user's class lacks an impl.
#[doc(alias("setTimeout", "delay"))]
#[must_use = "a thread object does nothing until it is started: `.start()`"]
pub struct Timer {
    delay: Duration,
    /// Taken by the thread, so that what it captured goes before the thread is over.
    function: Mutex<Option<Function>>,
    clock: Mutex<Clock>,
    /// The clock was changed by another than the timer's thread; set and cleared under its lock.
    changed: Event,
}

enum Function {
    Once(Box<dyn FnOnce() + Send>),
    Every(Box<dyn FnMut() + Send>),
}

#[derive(Clone, Copy)]
enum Clock {
    /// `None` is too far away to come.
    DueAt(Option<Instant>),
    /// No call follows.
    Over,
}

impl Timer {
    /// A timer that calls `f` once, `delay` after its start. A delay too long to end waits for `cancel`,
    /// `reset` or a stop.
    #[rustfmt::skip]
    pub fn new(delay: Duration, f: impl FnOnce() + Send + 'static) -> Self { // such as `Duration::from_secs(5)`
        timer(delay, Function::Once(Box::new(f)))
    }

    /// A timer that calls `f` every `period`, for the first time one period after its start, until it is
    /// cancelled or stopped.
    ///
    /// Calls do not drift: each is due one period after the one before was due. A call that takes longer
    /// than that is followed by one more at once; the others that it missed are left out.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use threadkit::Timer;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (ticks, ticked) = mpsc::channel();
    /// let mut count = 0;
    /// let clock = Timer::every(Duration::from_millis(1), move || {
    ///     count += 1;
    ///     let _ = ticks.send(count);
    /// })
    /// .with_name("clock")
    /// .start()?;
    /// assert_eq!(ticked.iter().take(3).collect::<Vec<_>>(), [1, 2, 3]);
    /// clock.cancel();
    /// clock.join()?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias("interval", "setInterval", "periodic", "schedule", "ticker"))]
    #[rustfmt::skip]
    pub fn every(period: Duration, f: impl FnMut() + Send + 'static) -> Self { // such as `Duration::from_secs(5)`
        timer(period, Function::Every(Box::new(f)))
    }

    /// Ends the timer. True if a call was still to come, which then does not come. False if there was none
    /// to come: the one call has begun, or the timer was cancelled or stopped before.
    ///
    /// It does not wait for a call that is running. On an object that is not started, it has the thread
    /// end at once.
    pub fn cancel(&self) -> bool {
        let mut clock = self.clock.lock();
        let was_to_come = matches!(*clock, Clock::DueAt(_));
        *clock = Clock::Over;
        self.changed.set();
        was_to_come
    }

    /// Makes the delay, or the period, begin again, and returns true, if a call is still to come.
    /// False as for [`cancel`](Self::cancel).
    ///
    /// # Examples
    ///
    /// A watchdog that barks when nobody has shown up for a while:
    ///
    /// ```
    /// use std::time::Duration;
    /// use threadkit::Timer;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let watchdog = Timer::new(Duration::from_secs(60), || eprintln!("no request for a minute"));
    /// let watchdog = watchdog.with_daemon(true).start()?;
    /// for _request in 0..3 {
    ///     watchdog.reset();
    /// }
    /// watchdog.cancel();
    /// assert!(!watchdog.reset());
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(&self) -> bool {
        let mut clock = self.clock.lock();
        let is_to_come = matches!(*clock, Clock::DueAt(_));
        if is_to_come {
            *clock = self.due_after(clock::now());
            self.changed.set();
        }
        is_to_come
    }

    fn run(&self) {
        let Some(function) = self.function.lock().take() else { return };
        let _over = OverAtLast(&self.clock);
        self.reset();
        match function {
            Function::Once(f) => {
                if self.comes_due(|_| Clock::Over) {
                    f();
                }
            }
            Function::Every(mut f) => {
                while self.comes_due(|due| self.due_after(due)) {
                    f();
                }
            }
        }
    }

    /// Waits until a call is due, and sets the clock to what follows; false if none will come.
    fn comes_due(&self, then: impl Fn(Instant) -> Clock) -> bool {
        loop {
            let due = {
                let clock = self.clock.lock();
                self.changed.clear();
                match *clock {
                    Clock::DueAt(due) => due,
                    Clock::Over => return false,
                }
            };
            if self.changed.wait_or_stop_until(due, Wait::Sleep).is_err() {
                return false;
            }
            // Looked at anew: between the wait and here the timer may have been cancelled or reset.
            let mut clock = self.clock.lock();
            match *clock {
                Clock::DueAt(Some(due)) if due <= clock::now() => {
                    *clock = then(due);
                    return true;
                }
                _ => {}
            }
        }
    }

    /// One delay after `moment`; where that is past already, the first of the further delays that is not.
    fn due_after(&self, moment: Instant) -> Clock {
        Clock::DueAt(next_on_grid(moment, self.delay, clock::now()))
    }
}

/// The first moment after `now` that is a whole number of periods after `start`, one at least; none, where no clock
/// goes so far.
fn next_on_grid(start: Instant, period: Duration, now: Instant) -> Option<Instant> {
    let late = now.saturating_duration_since(start);
    if late < period {
        return start.checked_add(period);
    }
    // Without a period there is no grid.
    let Some(whole) = late.as_nanos().checked_div(period.as_nanos()) else { return Some(now) };
    let ahead = period.as_nanos().checked_mul(whole + 1)?;
    start.checked_add(Duration::from_nanos(ahead.try_into().ok()?))
}

// No function of the type: rustc would suggest it for `Timer(..)`.
fn timer(delay: Duration, function: Function) -> Timer {
    let clock = Mutex::new(Clock::DueAt(None));
    Timer { delay, function: Mutex::new(Some(function)), clock, changed: Event::new() }
}

object_methods!(Timer);

#[diagnostic::do_not_recommend]
impl ThreadClass for Timer {
    type Output = ();
    type Receiver = ByRef;

    const __OPTIONS: Options<Self> = Options::new("Timer");

    fn __run(this: &Self) {
        this.run();
    }
}

/// However `run` ends, by a panic of the function too, no call follows.
struct OverAtLast<'a>(&'a Mutex<Clock>);

impl Drop for OverAtLast<'_> {
    fn drop(&mut self) {
        *self.0.lock() = Clock::Over;
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer").field("delay", &self.delay).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::next_on_grid;

    /// When the calls of a timer are due that takes its time, in milliseconds after its start: each call begins when it
    /// is due, or as soon as the one before it is over, and takes as long as `calls` says.
    fn begins(period: u64, calls: &[u64]) -> Vec<u128> {
        let start = Instant::now();
        let period = Duration::from_millis(period);
        let (mut now, mut due) = (start, start + period);
        let begin = |call: &u64| {
            now = now.max(due);
            due = next_on_grid(due, period, now).unwrap();
            let began = now;
            now += Duration::from_millis(*call);
            (began - start).as_millis()
        };
        calls.iter().map(begin).collect()
    }

    #[test]
    fn a_late_call_skips_whole_periods_and_stays_on_the_grid() {
        assert_eq!(begins(100, &[0, 0, 0]), [100, 200, 300]);
        assert_eq!(begins(100, &[250, 0, 0, 0]), [100, 350, 400, 500]);
        assert_eq!(begins(100, &[99, 100, 101, 0, 0]), [100, 200, 300, 401, 500]);
        assert_eq!(begins(100, &[1050, 1050, 0, 0]), [100, 1150, 2200, 2300]);
    }

    #[test]
    fn a_grid_has_no_end_that_is_met() {
        let now = Instant::now();
        assert_eq!(next_on_grid(now, Duration::MAX, now), None);
        assert_eq!(next_on_grid(now, Duration::ZERO, now), Some(now));
        let later = now + Duration::from_secs(1 << 20);
        let nanosecond = Duration::from_nanos(1);
        assert_eq!(next_on_grid(now, nanosecond, later), Some(later + nanosecond));
    }
}
