//! The threads of an execution.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::queue::{On, Queue, Wait, WaitState};
use super::{Place, TaskId, with};
use crate::local;
use crate::runtime::system;

/// A thread, as the scheduler knows it.
pub(crate) struct Task {
    pub(crate) id: TaskId,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) wait: Option<Wait>,
    pub(crate) over: bool,
    /// What the panic hook saw of its latest panic.
    pub(crate) panic: Option<String>,
    /// It has panicked, and no table was made of that moment.
    pub(crate) panic_is_new: bool,
    pub(crate) locals: local::Locals,
    /// Those who join it.
    joiners: Arc<Queue>,
    parker: Arc<Parker>,
}

/// Where a thread parks.
#[derive(Default)]
pub(crate) struct Parker {
    pub(crate) queue: Queue,
    pub(crate) token: std::sync::atomic::AtomicBool,
}

impl Task {
    pub(super) fn new(id: TaskId, name: Option<String>) -> Self {
        Self {
            id,
            name: name.filter(|name| !name.is_empty()).map(Arc::from),
            wait: None,
            over: false,
            panic: None,
            panic_is_new: false,
            locals: local::Locals::default(),
            joiners: Arc::default(),
            parker: Arc::default(),
        }
    }

    pub(crate) fn parker(&self) -> Arc<Parker> {
        self.parker.clone()
    }

    /// It could go on.
    pub(super) fn is_ready(&self) -> bool {
        !self.over && self.wait.as_ref().is_none_or(|wait| wait.state != WaitState::Waits)
    }

    fn waits(&self) -> Option<&Wait> {
        self.wait.as_ref().filter(|wait| wait.state == WaitState::Waits && !self.over)
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        self.waits()?.deadline
    }

    /// Ends its wait if the time is up.
    pub(super) fn expire(&mut self, now: Duration) {
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.set_wait_state(WaitState::Expired);
        }
    }

    pub(super) fn set_wait_state(&mut self, state: WaitState) {
        if let Some(wait) = &mut self.wait {
            wait.state = state;
        }
    }

    pub(super) fn may_wake_early(&self, late: bool, spurious: bool) -> bool {
        self.waits().is_some_and(|wait| {
            late && wait.deadline.is_some() || spurious && wait.on.may_be_spurious
        })
    }

    /// It was chosen though it waits: its deadline passes, or it is woken without a reason.
    pub(super) fn end_wait_early(&mut self, now: &mut Duration) {
        let Some(wait) = self.waits() else { return };
        match wait.deadline {
            Some(deadline) => {
                *now = deadline.max(*now);
                self.set_wait_state(WaitState::Expired);
            }
            None => self.set_wait_state(WaitState::Woken),
        }
    }

    /// Its name, or its number where it has none.
    pub(crate) fn display_name(&self) -> String {
        self.name.as_deref().map_or_else(|| format!("thread {}", self.id), str::to_owned)
    }
}

/// Begins a thread that calls `main`.
pub(crate) fn spawn(name: Option<String>, main: impl FnOnce() + Send + 'static) -> TaskId {
    let id = with(|execution| execution.add_task(name));
    let builder = shuttle::thread::Builder::new();
    let spawned = builder.spawn(move || run(id, main));
    drop(spawned.expect("shuttle refuses no thread"));
    id
}

/// The whole of a thread.
pub(crate) fn run(id: TaskId, main: impl FnOnce()) {
    main();
    // A main thread that has failed ends the execution at once, and leaves behind what is its own, as the others do.
    if !with(|execution| execution.finished) {
        local::destroy();
        if id == 0 {
            // The process ends with it, and waits for others first.
            system::exit();
        }
    }
    set_over(id);
}

/// The thread is over: those who join it go on.
pub(crate) fn set_over(id: TaskId) {
    let joiners = with(|execution| {
        execution.tasks[id].over = true;
        execution.tasks[id].wait = None;
        execution.tasks[id].joiners.clone()
    });
    joiners.wake_all();
}

/// Waits until the thread is over.
pub(crate) fn join_at(id: TaskId, inner: bool, place: Place) {
    loop {
        let (over, joiners, name) = with(|execution| {
            let task = &execution.tasks[id];
            (task.over, task.joiners.clone(), task.display_name())
        });
        if over {
            return;
        }
        let on = On { what: format!("the end of {name}").into(), inner, ..On::default() };
        joiners.wait(on, place, None);
    }
}

/// Calls what belongs to the test, and gives back what it panicked with.
pub(crate) fn caught<R>(f: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    let result = catch_unwind(AssertUnwindSafe(f));
    if result.is_err() {
        super::report_panic();
    }
    result
}
