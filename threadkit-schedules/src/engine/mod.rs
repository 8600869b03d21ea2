//! One execution of a test: its threads, which take turns on one thread of the system, its clock, and what goes on next.
//!
//! Everything here belongs to the thread of the system that runs the execution; no user code runs while it is borrowed.

pub(crate) mod hook;
pub(crate) mod queue;
pub(crate) mod strategy;
pub(crate) mod task;
pub(crate) mod watchdog;

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use strategy::Kind;
use strategy::Strategy;
use task::Task;
use watchdog::Progress;

use crate::runtime::Runtime;

pub(crate) type Place = &'static Location<'static>;

/// The number of a thread in its execution: 0 is the main thread.
pub(crate) type TaskId = usize;

/// How an execution is run.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How many steps it may take.
    pub(crate) max_steps: usize,
    /// A deadline may pass although other threads could go on.
    pub(crate) late: bool,
    /// A wait of a condition variable may end without a reason.
    pub(crate) spurious: bool,
    /// A deadline that is farther away never comes.
    pub(crate) patience: Option<Duration>,
    /// Each step inside of the runtime counts as much as one of the test's.
    pub(crate) whole_runtime: bool,
    /// The execution is over when all its threads are, daemons too.
    pub(crate) wait_for_all: bool,
    /// What is done is noted for the report, from this step on.
    pub(crate) explain: Option<usize>,
}

/// How many of the latest steps are noted.
const NOTED: usize = 400;

/// After so many steps of threads that change nothing, they are taken to wait for a moment that is to come.
const SPINS: usize = 400;

/// After so many steps time goes on, whatever the threads do: work takes time, too.
const WORK: usize = 20_000;

/// A step that was noted for the report.
pub(crate) struct Noted {
    pub(crate) task: TaskId,
    pub(crate) what: &'static str,
    pub(crate) place: Place,
    /// Of a step inside of the runtime.
    pub(crate) trace: Option<Backtrace>,
}

/// Why an execution failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The test itself panicked.
    Panicked { text: String },
    /// A thread failed, and nobody took that.
    Unheard { texts: Vec<String> },
    /// Every thread waits, and no deadline is left.
    Deadlock,
    /// The threads go on without an end.
    Livelock,
}

/// A thread failed.
pub(crate) struct Unheard {
    /// Of whoever tells of it.
    pub(crate) key: u64,
    pub(crate) text: String,
    /// The threads at that moment.
    pub(crate) table: Option<String>,
}

/// What is in force on the thread of the system.
pub(crate) struct Execution {
    pub(crate) settings: Settings,
    pub(crate) tasks: Vec<Task>,
    pub(crate) current: TaskId,
    strategy: Strategy,
    progress: Arc<Progress>,
    /// Virtual.
    pub(crate) now: Duration,
    pub(crate) steps: usize,
    /// Steps since the time went on.
    worked: usize,
    /// Steps since one that changed something.
    spun: usize,
    /// Who goes on, where that is decided.
    next: Option<TaskId>,
    /// The current thread gives way.
    yielding: bool,
    /// Who unwinds a panic.
    unwinding: Option<TaskId>,
    /// Nobody else goes on while this is above zero: the panic hook runs.
    pub(crate) held: usize,
    /// Nothing more is run.
    pub(crate) finished: bool,
    pub(crate) failure: Option<Failure>,
    /// The thread that makes the report goes before all others.
    reporter: Option<TaskId>,
    /// The table of the threads is to be made by the current thread.
    report_due: bool,
    pub(crate) table: Option<String>,
    pub(crate) standing: Vec<Option<(String, Option<String>)>>,
    pub(crate) noted: VecDeque<Noted>,
    pub(crate) runtime: Option<&'static Runtime>,
    statics: HashMap<*const u8, &'static dyn Any>,
    pub(crate) exit_handlers: Vec<fn()>,
    /// Failures of the runtime's threads that nobody has taken yet, by a key of the runtime's.
    pub(crate) unheard: Vec<Unheard>,
    /// What the panic hook has seen, for the report.
    pub(crate) panics: Vec<(String, Backtrace)>,
    /// What was written to stderr.
    pub(crate) written: String,
}

thread_local! {
    static EXECUTION: RefCell<Option<Execution>> = const { RefCell::new(None) };
}

/// Calls `f` with the execution of this thread of the system.
#[track_caller]
pub(crate) fn with<R>(f: impl FnOnce(&mut Execution) -> R) -> R {
    try_with(f).unwrap_or_else(|| {
        panic!(
            "used outside of `schedules`: in a build with --cfg threadkit_model, threads and what they share \
            belong inside of `threadkit_schedules::schedules(.., || ..)`"
        )
    })
}

pub(crate) fn try_with<R>(f: impl FnOnce(&mut Execution) -> R) -> Option<R> {
    EXECUTION.with_borrow_mut(|execution| execution.as_mut().map(f))
}

/// Begins an execution, whose main thread is to call [`task::run`].
pub(crate) fn begin(settings: Settings, strategy: Strategy, progress: Arc<Progress>) {
    let execution = Execution {
        settings,
        tasks: Vec::new(),
        current: 0,
        strategy,
        progress,
        now: Duration::ZERO,
        steps: 0,
        worked: 0,
        spun: 0,
        next: None,
        yielding: false,
        unwinding: None,
        held: 0,
        finished: false,
        failure: None,
        reporter: None,
        report_due: false,
        table: None,
        standing: Vec::new(),
        noted: VecDeque::new(),
        runtime: None,
        statics: HashMap::new(),
        exit_handlers: Vec::new(),
        unheard: Vec::new(),
        panics: Vec::new(),
        written: String::new(),
    };
    EXECUTION.set(Some(execution));
    with(|execution| execution.add_task(Some("MainThread".to_owned())));
}

/// Ends it, and gives it back.
pub(crate) fn end() -> Option<Execution> {
    let mut execution = EXECUTION.take()?;
    for task in &mut execution.tasks {
        // Threads that are abandoned keep what is theirs, as where a process exits.
        std::mem::forget(std::mem::take(&mut task.locals));
    }
    Some(execution)
}

/// A moment at which another thread may go on, before something that it can see.
#[track_caller]
pub(crate) fn step(kind: Kind, what: &'static str) {
    step_at(kind, what, Location::caller());
}

pub(crate) fn step_at(kind: Kind, what: &'static str, place: Place) {
    // What lies in a static outlives an execution, and may be looked at where no thread is there to see it.
    take_step(|execution| execution.step(kind, what, place));
}

/// The same, of what the report does not tell.
pub(crate) fn step_unsaid(kind: Kind) {
    take_step(|execution| execution.advance(kind));
}

fn take_step(step: impl FnOnce(&mut Execution) -> bool) {
    match try_with(|execution| (execution.is_panic_new(), step(execution))) {
        Some((true, _)) => report_panic(),
        Some((_, true)) => switch(),
        _ => {}
    }
}

/// Lets the chosen thread go on, until this one is chosen again.
pub(crate) fn switch() {
    shuttle::thread::sleep(Duration::ZERO);
    report_if_due();
}

/// Lets others go first.
#[track_caller]
pub(crate) fn give_way() {
    let place = Location::caller();
    let switches = with(|execution| {
        execution.yielding = true;
        execution.step(Kind::Look, "yield", place)
    });
    if switches {
        switch();
    }
}

/// Makes the table of the threads, as they are now, on the current thread.
fn report_if_due() {
    let due = try_with(|execution| {
        let due = std::mem::take(&mut execution.report_due);
        execution.runtime.filter(|_| due)
    });
    let Some(runtime) = due.flatten() else { return };
    report(runtime);
    with(|execution| {
        execution.reporter = None;
        if execution.failure.is_some() {
            execution.finish();
        }
    });
    if with(|execution| execution.finished) {
        switch();
    }
}

/// The same for a thread that unwinds, or has just done so, unless it has been made.
pub(crate) fn report_panic() {
    if with(|execution| execution.is_panic_new()) {
        report_here();
    }
}

/// The same at any moment.
pub(crate) fn report_here() {
    let runtime = with(|execution| {
        let explains = execution.settings.explain.is_some() && !execution.finished;
        let wanted = explains && execution.reporter.is_none();
        let runtime = execution.runtime.filter(|_| wanted);
        if runtime.is_some() {
            execution.reporter = Some(execution.current);
        }
        let current = execution.current;
        execution.tasks[current].panic_is_new = false;
        runtime
    });
    if let Some(runtime) = runtime {
        report(runtime);
        with(|execution| execution.reporter = None);
    }
}

fn report(runtime: &Runtime) {
    // The table may have to wait for a lock.
    let (tasks, wait) = with(|execution| {
        let current = execution.current;
        (execution.tasks.len(), execution.tasks[current].wait.take())
    });
    let table = (runtime.table)();
    let standing = (0..tasks).map(|task| (runtime.standing)(task as u64 + 1)).collect();
    with(|execution| {
        execution.table = Some(table);
        execution.standing = standing;
        let current = execution.current;
        execution.tasks[current].wait = wait;
    });
}

impl Execution {
    pub(crate) fn add_task(&mut self, name: Option<String>) -> TaskId {
        let id = self.tasks.len();
        self.tasks.push(Task::new(id, name));
        self.strategy.add(id);
        id
    }

    /// Whether the current thread unwinds.
    pub(crate) fn is_unwinding(&mut self) -> bool {
        if !std::thread::panicking() {
            self.unwinding = None;
            return false;
        }
        *self.unwinding.get_or_insert(self.current) == self.current
    }

    /// It unwinds, or has done so, and no table was made of that moment.
    fn is_panic_new(&self) -> bool {
        self.held == 0 && self.tasks[self.current].panic_is_new
    }

    pub(crate) fn note(&mut self, what: &'static str, place: Place, inner: bool) {
        let explains = self.settings.explain.is_some_and(|from| from <= self.steps);
        if !explains || self.reporter.is_some() {
            return;
        }
        if self.noted.len() == NOTED {
            self.noted.pop_front();
        }
        let trace = inner.then(Backtrace::force_capture);
        self.noted.push_back(Noted { task: self.current, what, place, trace });
    }

    /// Whether another thread goes on now.
    fn step(&mut self, kind: Kind, what: &'static str, place: Place) -> bool {
        if !self.stands_still() {
            self.note(what, place, kind.is_inner());
        }
        self.advance(kind)
    }

    /// Whoever unwinds goes on as long as it can: destructors, which must not panic, see a world that stands still.
    fn stands_still(&mut self) -> bool {
        self.finished || self.held > 0 || self.reporter.is_some() || self.is_unwinding()
    }

    /// The same, of a step that is not noted.
    fn advance(&mut self, kind: Kind) -> bool {
        if self.stands_still() {
            return false;
        }
        let inner = kind.is_inner();
        self.worked += 1;
        self.progress.step();
        self.spun = if matches!(kind, Kind::Look | Kind::InnerLook) { self.spun + 1 } else { 0 };
        if !self.settings.whole_runtime && !self.strategy.minds(inner) {
            // Counted all the same: a loop over the runtime alone is one, too.
            self.steps += 1;
            if self.steps % 64 != 0 {
                return false;
            }
        }
        self.choose();
        self.next != Some(self.current) || self.finished || {
            self.next = None;
            self.report_due
        }
    }

    /// Decides who goes on; nobody if nothing more is run.
    fn choose(&mut self) {
        self.steps += 1;
        self.next = None;
        if self.finished {
            return;
        }
        if self.steps > self.settings.max_steps && self.reporter.is_none() {
            return self.fail(Failure::Livelock);
        }
        let mut ready: Vec<_> = self.ready().collect();
        if let Some(reporter) = self.reporter {
            // Whoever holds what it needs goes on until it has let go.
            let next =
                if ready.contains(&reporter) { Some(reporter) } else { ready.first().copied() };
            if next.is_none() {
                self.finish();
            }
            self.next = next;
            return;
        }
        let spinning = self.spun > SPINS || self.worked > WORK;
        if (ready.is_empty() || spinning) && self.pass_time() {
            ready = self.ready().collect();
        }
        if ready.is_empty() {
            let all_over = self.tasks.iter().all(|task| task.over);
            return if all_over { self.finish() } else { self.fail(Failure::Deadlock) };
        }
        if self.spun > SPINS {
            // Whoever spins lets others look, too.
            self.yielding = true;
        }
        self.add_early(&mut ready);
        let current = Some(self.current).filter(|current| ready.contains(current));
        let next = self.strategy.choose(&ready, current, std::mem::take(&mut self.yielding));
        self.tasks[next].end_wait_early(&mut self.now);
        self.next = Some(next);
    }

    fn ready(&self) -> impl Iterator<Item = TaskId> {
        self.tasks.iter().filter(|task| task.is_ready()).map(|task| task.id)
    }

    /// Moves on to the next deadline.
    fn pass_time(&mut self) -> bool {
        let deadlines = self.tasks.iter().filter_map(Task::deadline);
        let Some(next) = deadlines.min() else { return false };
        self.now = self.now.max(next);
        (self.worked, self.spun) = (0, 0);
        for task in &mut self.tasks {
            task.expire(self.now);
        }
        true
    }

    /// Those who wait, and may go on although nobody woke them.
    fn add_early(&mut self, ready: &mut Vec<TaskId>) {
        let Settings { late, spurious, .. } = self.settings;
        if !late && !spurious {
            return;
        }
        for task in self.tasks.iter().filter(|task| task.may_wake_early(late, spurious)) {
            if self.strategy.chance(8) {
                ready.push(task.id);
            }
        }
        ready.sort_unstable();
    }

    /// Ends the execution, unless a report is to be made first.
    pub(crate) fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
        if self.settings.explain.is_none() || self.runtime.is_none() {
            return self.finish();
        }
        // Somebody who waits makes it; the main thread as a rule, which holds nothing then.
        self.report_due = true;
        self.reporter = Some(if self.tasks[0].over { self.current } else { 0 });
        self.next = self.reporter;
    }

    pub(crate) fn finish(&mut self) {
        self.finished = true;
        self.next = None;
    }

    /// Whom shuttle is to run.
    pub(crate) fn next_task(&mut self, alive: &[TaskId]) -> Option<TaskId> {
        // A thread that is over returns to shuttle first.
        let over = self.tasks[self.current].over && alive.contains(&self.current);
        if over || (self.next.is_none() && !self.finished && self.tasks[self.current].is_ready()) {
            return Some(self.current);
        }
        if self.next.is_none() {
            self.choose();
        }
        let next = self.next.take().filter(|_| !self.finished)?;
        self.current = next;
        self.progress.go_on(self.tasks[next].name.as_deref().unwrap_or("without a name"));
        Some(next)
    }

    pub(crate) fn known_static(&self, key: *const u8) -> Option<&'static dyn Any> {
        self.statics.get(&key).copied()
    }

    pub(crate) fn keep_static(&mut self, key: *const u8, value: &'static dyn Any) {
        self.statics.insert(key, value);
    }

    /// How many choices there were.
    pub(crate) fn choices(&self) -> usize {
        self.strategy.choices
    }

    pub(crate) fn pick(&mut self, among: usize) -> usize {
        self.strategy.pick(among)
    }
}
