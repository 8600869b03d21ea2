//! Those who wait for one thing.

use std::backtrace::Backtrace;
use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Place, TaskId, switch, try_with, with};

/// What a thread waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct On {
    pub(crate) what: Cow<'static, str>,
    /// Who holds it, and since when.
    pub(crate) holder: Option<(TaskId, Place)>,
    /// It is the runtime's.
    pub(crate) inner: bool,
    /// The system may end the wait without a reason.
    pub(crate) may_be_spurious: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitState {
    Waits,
    Woken,
    /// The time was up.
    Expired,
}

/// A thread waits.
pub(crate) struct Wait {
    pub(crate) on: On,
    pub(crate) place: Place,
    pub(crate) deadline: Option<Duration>,
    pub(crate) state: WaitState,
    /// For the report.
    pub(crate) trace: Option<Backtrace>,
}

/// Those who wait, each with the execution's count of its waits.
#[derive(Debug)]
pub(crate) struct Queue(Mutex<Vec<TaskId>>);

impl Default for Queue {
    fn default() -> Self {
        Self::new()
    }
}

impl Queue {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<TaskId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is woken, which is true, or the deadline has passed.
    pub(crate) fn wait(&self, on: On, place: Place, deadline: Option<Duration>) -> bool {
        let entered = with(|execution| {
            let entered = !execution.finished;
            if entered {
                self.lock().push(execution.current);
                execution.note("wait", place, on.inner);
                execution.enter(on, place, deadline);
            }
            entered
        });
        if !entered {
            abandon();
        }
        loop {
            switch();
            let (state, finished) = with(|execution| {
                let current = execution.current;
                let state = execution.tasks[current].wait.as_ref().map(|wait| wait.state);
                if state != Some(WaitState::Waits) {
                    self.lock().retain(|waiter| *waiter != current);
                    execution.tasks[current].wait = None;
                }
                (state, execution.finished)
            });
            match state {
                Some(WaitState::Waits) if finished => abandon(),
                Some(WaitState::Waits) => {}
                state => return state == Some(WaitState::Woken),
            }
        }
    }

    pub(crate) fn wake_all(&self) {
        let waiters = std::mem::take(&mut *self.lock());
        try_with(|execution| {
            for waiter in waiters {
                execution.wake(waiter);
            }
        });
    }

    /// Wakes one, whichever.
    pub(crate) fn wake_one(&self) {
        try_with(|execution| {
            let mut waiters = self.lock();
            // One whose time is up is on its way out, and would lose the wake-up.
            let waiting: Vec<_> =
                (0..waiters.len()).filter(|at| execution.is_waiting(waiters[*at])).collect();
            if !waiting.is_empty() {
                let chosen = waiting[execution.pick(waiting.len())];
                execution.wake(waiters.remove(chosen));
            }
        });
    }
}

/// Nothing more is run, so whoever waits now would wait for ever.
fn abandon() -> ! {
    // Shuttle lets a thread that unwinds go on to the end of that, and a panic in a destructor would abort the process.
    // A thread that is blocked in shuttle's own sense it leaves alone.
    while std::thread::panicking() {
        shuttle::thread::park();
    }
    std::panic::resume_unwind(Box::new("waits behind the end of a schedule"))
}

impl super::Execution {
    /// The current thread begins to wait.
    fn enter(&mut self, on: On, place: Place, deadline: Option<Duration>) {
        let patience = self.settings.patience.and_then(|patience| self.now.checked_add(patience));
        let deadline =
            deadline.filter(|deadline| patience.is_none_or(|patience| *deadline <= patience));
        // Others may come to their waits while one makes a report, and only what that itself waits for is none of it.
        let explains = self.settings.explain.is_some() && self.reporter != Some(self.current);
        let trace = explains.then(Backtrace::force_capture);
        let state = match deadline {
            Some(deadline) if deadline <= self.now => WaitState::Expired,
            _ => WaitState::Waits,
        };
        self.tasks[self.current].wait = Some(Wait { on, place, deadline, state, trace });
        self.choose();
    }

    fn is_waiting(&self, task: TaskId) -> bool {
        self.tasks[task].wait.as_ref().is_some_and(|wait| wait.state == WaitState::Waits)
    }

    fn wake(&mut self, task: TaskId) {
        self.spun = 0;
        if self.tasks.get(task).is_some() && self.is_waiting(task) {
            self.tasks[task].set_wait_state(WaitState::Woken);
        }
    }
}
