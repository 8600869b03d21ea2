//! Runs a test under many schedules, and says which one failed.

use std::env;
use std::hash::{BuildHasher as _, RandomState};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::engine::strategy::Strategy;
use crate::engine::watchdog::{Progress, Watchdog};
use crate::engine::{self, Execution, Failure, Settings, hook, task, with};
use crate::report;
use crate::runtime::panic;
use crate::seed::{Plan, Seed};
use crate::thread::message_of;

/// How many schedules there are, where nothing else is said.
const SCHEDULES: usize = 1000;

/// How many of the latest steps are looked at for the report.
const EXPLAINED: usize = 1000;

/// The stack of a thread: frames of a debug build are large, and threads do format.
const STACK_SIZE: usize = 256 * 1024;

/// How schedules are made and what they may do; [`schedules`](crate::schedules) is what most tests need.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit_schedules::{Schedules, thread};
///
/// Schedules::new().count(500).late_threads(true).spurious_wakeups(true).run(|| {
///     let waiter = thread::spawn(|| thread::park_timeout(Duration::from_millis(10)));
///     waiter.thread().unpark();
///     waiter.join().unwrap();
/// });
/// ```
#[derive(Clone, Debug)]
#[must_use = "it does nothing until `run`"]
pub struct Schedules {
    count: usize,
    seed: u64,
    switches: usize,
    settings: Settings,
}

impl Default for Schedules {
    fn default() -> Self {
        Self::new()
    }
}

impl Schedules {
    /// 1,000 schedules, the same ones each time.
    pub fn new() -> Self {
        let settings = Settings {
            max_steps: 100_000,
            late: false,
            spurious: false,
            patience: None,
            whole_runtime: false,
            wait_for_all: false,
            explain: None,
        };
        Self { count: SCHEDULES, seed: 0, switches: 3, settings }
    }

    /// How many schedules there are.
    pub fn count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// What the schedules follow from: with another number they are others.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many steps a schedule may take, 100,000 if nothing is said; one that takes more is reported.
    pub fn max_steps(mut self, steps: usize) -> Self {
        self.settings.max_steps = steps;
        self
    }

    /// Whether a deadline may pass although other threads could go on, as if they were slow.
    pub fn late_threads(mut self, late: bool) -> Self {
        self.settings.late = late;
        self
    }

    /// Whether `Condvar::wait` and `thread::park` may return without a reason, as the system allows.
    pub fn spurious_wakeups(mut self, spurious: bool) -> Self {
        self.settings.spurious = spurious;
        self
    }

    /// For the tests of the runtime itself: all of its steps count, all threads have to end, and a deadline that is
    /// farther away than `patience` never comes.
    #[doc(hidden)]
    pub fn of_the_runtime(mut self, patience: Duration) -> Self {
        self.settings.whole_runtime = true;
        self.settings.wait_for_all = true;
        self.settings.patience = Some(patience);
        self.settings.late = true;
        self
    }

    /// Runs `f` under the schedules.
    ///
    /// # Panics
    ///
    /// If one of them fails; the message tells how.
    #[track_caller]
    pub fn run(self, f: impl Fn() + Send + Sync + 'static) {
        let place = Location::caller();
        if let Some(found) = self.find(f, place) {
            std::panic::panic_any(found);
        }
    }

    /// Runs `f` under the one schedule of a seed, as it stands in the message of a failure.
    ///
    /// # Panics
    ///
    /// If the schedule fails, and if `seed` is none.
    #[track_caller]
    pub fn replay(self, seed: &str, f: impl Fn() + Send + Sync + 'static) {
        let place = Location::caller();
        if let Some(report) = self.follow(parsed(seed, ""), Arc::new(f), place) {
            std::panic::panic_any(report);
        }
    }

    /// The report of the first schedule that fails.
    #[track_caller]
    fn find(
        self,
        f: impl Fn() + Send + Sync + 'static,
        place: &'static Location<'static>,
    ) -> Option<String> {
        let f = Arc::new(f);
        if let Some(seed) = asked("THREADKIT_REPLAY") {
            return self.follow(parsed(&seed, "THREADKIT_REPLAY: "), f, place);
        }
        let (count, base) = match asked("THREADKIT_SCHEDULES") {
            Some(count) => {
                let count = count.parse().expect("THREADKIT_SCHEDULES is a number");
                (count, RandomState::new().hash_one(0))
            }
            None => (self.count, self.seed),
        };
        // The choices of the longest schedule, for each kind of them.
        let mut longest = [0; INNER.len()];
        let mut number = 0;
        let switches = self.switches;
        let seeds = move |choices: Option<usize>| {
            let before = &mut longest[kind_of(number)];
            *before = choices.unwrap_or_default().max(*before);
            number += 1;
            (number <= count).then(|| seed_of(base, number, switches, longest[kind_of(number)]))
        };
        let (failed, number) = run(&self.settings, place, seeds, f.clone(), steps_of);
        let (seed, steps) = failed?;
        Some(self.explain(&format!("schedule {number} of {count}"), seed, steps, f, place))
    }

    /// Runs one schedule, and tells what happened if it fails.
    fn follow(
        &self,
        seed: Seed,
        f: Arc<impl Fn() + Send + Sync + 'static>,
        place: &'static Location<'static>,
    ) -> Option<String> {
        let (failed, _) = run(&self.settings, place, once(seed), f.clone(), steps_of);
        failed.map(|(seed, steps)| self.explain("the schedule", seed, steps, f, place))
    }

    /// Runs a schedule that has failed after so many steps again, to see what leads there.
    fn explain(
        &self,
        which: &str,
        seed: Seed,
        steps: usize,
        f: Arc<impl Fn() + Send + Sync + 'static>,
        place: &'static Location<'static>,
    ) -> String {
        let from = steps.saturating_sub(EXPLAINED);
        let settings = Settings { explain: Some(from), ..self.settings.clone() };
        let said = which.to_owned();
        let tell = move |seed, failed: &Execution| report::report(&said, seed, failed, place);
        let (report, _) = run(&settings, place, once(seed), f, tell);
        report.unwrap_or_else(|| report::unsteady(which, seed))
    }
}

/// What the search keeps of a failure: the seed, and how many steps it took.
fn steps_of(seed: Seed, failed: &Execution) -> (Seed, usize) {
    (seed, failed.steps)
}

fn once(seed: Seed) -> impl FnMut(Option<usize>) -> Option<Seed> + Send + 'static {
    let mut seed = Some(seed);
    move |_| seed.take()
}

/// The seed, or a panic at the caller's line.
#[track_caller]
fn parsed(seed: &str, whence: &str) -> Seed {
    match seed.parse::<Seed>() {
        Ok(seed) => seed,
        Err(error) => panic!("{whence}{error}"),
    }
}

fn asked(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// At one in how many steps inside of the runtime others may go on: a third of the schedules each.
const INNER: [u8; 3] = [1, 4, 16];

fn kind_of(number: usize) -> usize {
    number / 2 % INNER.len()
}

/// The seed of a schedule: half of them go on with any thread at each step, the others let a thread run until it waits,
/// but for a few steps.
fn seed_of(base: u64, number: usize, switches: usize, choices: usize) -> Seed {
    // SplitMix64, so that neighbours have nothing in common.
    let mut mixed = base.wrapping_add((number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let plan = if number % 2 == 1 || choices == 0 {
        Plan::Random
    } else {
        Plan::Pct { switches: 1 + number / 2 / INNER.len() % switches, choices }
    };
    Seed { plan, inner: INNER[kind_of(number)], number: (mixed >> 32) as u32 }
}

/// Runs `f` under one seed after another, each asked for with the choices of the one before, until one fails. Gives what
/// `tell` says of the failure, and how many there were.
///
/// On a thread of the system of its own: where a thread of the last schedule is left in the middle of a panic, std takes
/// that of the system for one that panics, for ever.
fn run<R: Send + 'static>(
    settings: &Settings,
    place: &'static Location<'static>,
    seeds: impl FnMut(Option<usize>) -> Option<Seed> + Send + 'static,
    f: Arc<impl Fn() + Send + Sync + 'static>,
    tell: impl FnOnce(Seed, &Execution) -> R + Send + 'static,
) -> (Option<R>, usize) {
    hook::prepare();
    let name = std::thread::current().name().unwrap_or("schedules").to_owned();
    let settings = settings.clone();
    let running = std::thread::Builder::new()
        .name(name)
        .spawn(move || run_here(settings, place, seeds, f, tell))
        .unwrap_or_else(|error| panic!("no thread to run the schedules on: {error}"));
    running.join().unwrap_or_else(|payload| resume_unwind(payload))
}

fn run_here<R>(
    settings: Settings,
    place: &'static Location<'static>,
    mut seeds: impl FnMut(Option<usize>) -> Option<Seed> + 'static,
    f: Arc<impl Fn() + Send + Sync + 'static>,
    tell: impl FnOnce(Seed, &Execution) -> R,
) -> (Option<R>, usize) {
    let progress = Arc::new(Progress::default());
    let _watchdog = Watchdog::start(progress.clone(), place);
    // The seed of the schedule that runs, the execution that failed, and how many there were.
    let ended = std::rc::Rc::new(std::cell::RefCell::new((None, None, 0)));
    let scheduler = {
        let ended = ended.clone();
        Turns {
            begin: Box::new(move || {
                let execution = engine::end();
                let choices = execution.as_ref().map(Execution::choices);
                let mut ended = ended.borrow_mut();
                if let Some(failed) = execution.filter(|execution| execution.failure.is_some()) {
                    ended.1 = Some(failed);
                    return false;
                }
                ended.0 = seeds(choices);
                let Some(seed) = &ended.0 else { return false };
                let strategy = Strategy::new(seed);
                ended.2 += 1;
                panic::reset();
                engine::begin(settings.clone(), strategy, progress.clone());
                true
            }),
        }
    };
    let mut config = Config::new();
    config.stack_size = STACK_SIZE;
    config.max_steps = MaxSteps::None;
    config.failure_persistence = FailurePersistence::None;
    config.silence_warnings = true;
    let runner = Runner::new(scheduler, config);
    let result = catch_unwind(AssertUnwindSafe(|| runner.run(move || main_thread(&*f))));
    let (seed, failed, count) = ended.take();
    // Shuttle tells of threads that it had to leave in the middle of a panic: of a schedule that had failed before.
    let failed = failed.or_else(engine::end).filter(|execution| execution.failure.is_some());
    if let (Err(payload), None) = (result, &failed) {
        resume_unwind(payload);
    }
    (seed.zip(failed).map(|(seed, failed)| tell(seed, &failed)), count)
}

/// The main thread of an execution, which is a process of its own.
fn main_thread(f: &(impl Fn() + Send + Sync)) {
    hook::install();
    task::run(0, || {
        if let Err(payload) = task::caught(f) {
            with(|execution| {
                let text = execution.tasks[0].panic.take();
                let text = text.unwrap_or_else(|| message_of("MainThread", &*payload));
                // Its destructor could wait, for threads that no longer run.
                std::mem::forget(payload);
                execution.failure = Some(Failure::Panicked { text });
                execution.finish();
            });
        }
    });
    with(|execution| {
        if execution.finished {
            // It has failed already.
        } else if !execution.unheard.is_empty() && !execution.settings.whole_runtime {
            let texts = execution.unheard.iter().map(|unheard| unheard.text.clone()).collect();
            execution.table = execution.unheard.swap_remove(0).table;
            execution.failure = Some(Failure::Unheard { texts });
            execution.finish();
        } else if !execution.settings.wait_for_all {
            execution.finish();
        }
    });
}

/// What shuttle asks who goes on: the engine knows.
struct Turns {
    begin: Box<dyn FnMut() -> bool>,
}

impl Scheduler for Turns {
    fn new_execution(&mut self) -> Option<Schedule> {
        (self.begin)().then(|| Schedule::new(0))
    }

    fn next_task(&mut self, alive: &[&Task], _: Option<TaskId>, _: bool) -> Option<TaskId> {
        let alive: Vec<_> = alive.iter().map(|task| usize::from(task.id())).collect();
        with(|execution| execution.next_task(&alive)).map(TaskId::from)
    }

    fn next_u64(&mut self) -> u64 {
        0
    }
}
