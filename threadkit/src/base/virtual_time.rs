//! Time that passes only while nobody works: the clocks of tests with `time = "virtual"`.
//!
//! # The protocol
//!
//! A clock counts those of its threads that run. A thread is counted by its starter, before the system is asked for it,
//! and until it is over and those who wait for that have been told. While it is in a wait of this crate it does not
//! count. At zero nothing happens any more before a deadline: so the clock goes to the nearest one, and wakes those whose
//! deadline is past. Where there is no deadline, the threads are in a deadlock.
//!
//! The counts, the times and those who wait are behind one lock, [`STATE`].
//!
//! - *No notification is missed.* A thread enters its wait while it still holds the mutex of what it waits for, and gives
//!   that up before it sleeps. What it waits for is changed under the same mutex, and notified afterwards: who changes it
//!   has done so before the thread looked, or finds the thread entered.
//! - *The clock stands from a notification to the wake-up.* Whoever is notified counts as running from that moment on, by
//!   the hand of who notifies. If that is a thread of the same clock, it has been running since it made the change.
//! - *No two locks are taken in both orders.* The mutex of what is waited for comes first, then `STATE`; under `STATE` no
//!   other is taken. A deadlock is told without either.
//!
//! A thread that is in none of the tests has the time of the system. It may notify the threads of a test, and does not
//! keep their clock from going on.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use crate::base::primitive::parking_lot::{Condvar, Mutex, MutexGuard};
use crate::base::primitive::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::base::primitive::{global, thread_local};

global! {
    static STATE: Mutex<Vec<State>> = Mutex::new(Vec::new());

    /// How many clocks there are.
    static CLOCKS: AtomicUsize = AtomicUsize::new(0);
}

thread_local! {
    /// The clock of the current thread.
    static CLOCK: Cell<Option<Clock>> = const { Cell::new(None) };
}

/// The clock of a test, which may have gone with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock(u64);

struct State {
    clock: Clock,
    now: Instant,
    running: usize,
    waiting: Vec<Waiter>,
    deadlocked: bool,
    on_deadlock: Option<OnDeadlock>,
}

struct Waiter {
    /// The address of what it waits for, which does not move meanwhile: the waiter borrows it.
    condition: usize,
    deadline: Option<Instant>,
    woken: Arc<Condvar>,
}

type OnDeadlock = Box<dyn FnOnce() + Send>;

/// Of the current thread; `None` is the system's.
pub(crate) fn current() -> Option<Clock> {
    // Relaxed: who has a clock was started after it was made, or has made it, and sees that it is there.
    if CLOCKS.load(Ordering::Relaxed) == 0 { None } else { CLOCK.get() }
}

/// Sets the clock of the current thread, which counts there already, and gives back what it was.
pub(crate) fn set_current(clock: Option<Clock>) -> Option<Clock> {
    CLOCK.replace(clock)
}

/// The time of the current thread, if it has a clock.
pub(crate) fn now() -> Option<Instant> {
    let clock = current()?;
    STATE.lock().iter().find(|state| state.clock == clock).map(|state| state.now)
}

impl Clock {
    /// A clock with one thread that runs.
    pub(crate) fn start() -> Self {
        global! {
            static NEXT: AtomicU64 = AtomicU64::new(0);
        }
        // Relaxed: only the atomicity of the counter matters.
        let clock = Self(NEXT.fetch_add(1, Ordering::Relaxed));
        STATE.lock().push(State {
            clock,
            now: Instant::now(),
            running: 1,
            waiting: Vec::new(),
            deadlocked: false,
            on_deadlock: None,
        });
        CLOCKS.fetch_add(1, Ordering::Relaxed); // Relaxed: as in `current`, and in `notify_all`
        clock
    }

    /// Has `f` called when there is a deadlock, on the thread that was the last to run, without a lock.
    pub(crate) fn on_deadlock(self, f: impl FnOnce() + Send + 'static) {
        let mut clocks = STATE.lock();
        if let Some(state) = clocks.iter_mut().find(|state| state.clock == self) {
            state.on_deadlock = Some(Box::new(f));
        }
    }

    /// The test is over: those who still wait go on in the time of the system.
    pub(crate) fn stop(self) {
        let mut clocks = STATE.lock();
        if let Some(place) = clocks.iter().position(|state| state.clock == self) {
            CLOCKS.fetch_sub(1, Ordering::Relaxed); // Relaxed: who does not see it yet looks under the lock
            let mut state = clocks.swap_remove(place);
            drop(clocks);
            state.wake(|_| true);
        }
    }

    /// One more thread runs.
    pub(crate) fn count(self) {
        let mut clocks = STATE.lock();
        if let Some(state) = clocks.iter_mut().find(|state| state.clock == self) {
            state.running += 1;
        }
    }

    /// A thread that was counted is over.
    pub(crate) fn discount(self) {
        let mut clocks = STATE.lock();
        let state = clocks.iter_mut().find(|state| state.clock == self);
        let deadlock = state.and_then(State::rest);
        drop(clocks);
        if let Some(on_deadlock) = deadlock {
            on_deadlock();
        }
    }

    /// Whether all threads wait, and none has a deadline.
    pub(crate) fn is_deadlocked(self) -> bool {
        let clocks = STATE.lock();
        let state = clocks.iter().find(|state| state.clock == self);
        state.is_some_and(|state| state.deadlocked)
    }

    /// The current thread, which has this clock, waits for `condition`, for at most until `deadline`. True if that is past
    /// afterwards. `None` if the clock has gone: then nothing was waited for.
    pub(crate) fn wait<T>(
        self,
        condition: usize,
        lock: &mut MutexGuard<'_, T>,
        deadline: Option<Instant>,
    ) -> Option<bool> {
        match self.enter(condition, deadline) {
            Ok(entered) => Some(MutexGuard::unlocked(lock, || entered.sleep())),
            Err(at_once) => at_once,
        }
    }

    /// Counts the current thread among those who wait; or says what comes of a wait for which there is no need.
    fn enter(self, condition: usize, deadline: Option<Instant>) -> Result<Entered, Option<bool>> {
        let mut clocks = STATE.lock();
        let state = clocks.iter_mut().find(|state| state.clock == self).ok_or(None)?;
        if deadline.is_some_and(|deadline| deadline <= state.now) {
            return Err(Some(true));
        }
        let woken = Arc::new(Condvar::new());
        state.waiting.push(Waiter { condition, deadline, woken: woken.clone() });
        Ok(Entered { clock: self, deadline, woken, deadlock: state.rest() })
    }
}

/// A thread among those who wait, which does not sleep yet.
struct Entered {
    clock: Clock,
    deadline: Option<Instant>,
    woken: Arc<Condvar>,
    /// It was the last to run, and there is no deadline.
    deadlock: Option<OnDeadlock>,
}

impl Entered {
    /// Sleeps, without the mutex of what is waited for; true if the deadline is past then.
    fn sleep(self) -> bool {
        let Self { clock, deadline, woken, deadlock } = self;
        if let Some(on_deadlock) = deadlock {
            on_deadlock();
        }
        let mut clocks = STATE.lock();
        loop {
            let state = clocks.iter().find(|state| state.clock == clock);
            let waits =
                |state: &State| state.waiting.iter().any(|of| Arc::ptr_eq(&of.woken, &woken));
            if !state.is_some_and(waits) {
                let now = state.map(|state| state.now);
                return deadline.zip(now).is_some_and(|(deadline, now)| deadline <= now);
            }
            woken.wait(&mut clocks);
        }
    }
}

/// Wakes those who wait for `condition` by a clock.
#[inline]
pub(crate) fn notify_all(condition: usize) {
    // Relaxed: who notifies has held the mutex of what has changed. If a waiter held it before, what the waiter had seen is
    // seen here, its own clock in the first place; if not, the waiter sees the change.
    if CLOCKS.load(Ordering::Relaxed) != 0 {
        notify_waiting(condition);
    }
}

#[cold]
fn notify_waiting(condition: usize) {
    for state in &mut *STATE.lock() {
        state.wake(|waiter| waiter.condition == condition);
    }
}

impl State {
    /// Wakes those who are `meant`; from here on they run.
    fn wake(&mut self, meant: impl Fn(&Waiter) -> bool) {
        let running = &mut self.running;
        self.waiting.retain(|waiter| {
            let stays = !meant(waiter);
            if !stays {
                *running += 1;
                waiter.woken.notify_all();
            }
            stays
        });
    }

    /// One thread less runs. If it was the last, the time goes on; what is to be called if it cannot.
    fn rest(&mut self) -> Option<OnDeadlock> {
        self.running -= 1;
        if self.running > 0 || self.waiting.is_empty() {
            return None;
        }
        let Some(next) = self.waiting.iter().filter_map(|waiter| waiter.deadline).min() else {
            self.deadlocked = true;
            return self.on_deadlock.take();
        };
        self.now = next;
        self.wake(|waiter| waiter.deadline.is_some_and(|deadline| deadline <= next));
        None
    }
}
