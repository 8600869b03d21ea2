//! Runs a model under many schedules.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use shuttle::scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

/// How many switches at the worst moment a mistake may need, for the second half of the schedules to find it.
const DEPTH: usize = 3;

/// Runs `model` as the main thread of one process after another. Each is over when all its threads are: one that waits
/// in vain is a deadlock, which fails the model as a panic on the main thread does.
///
/// Half of the schedules go on with any thread at each step. The others let a thread run until it waits, but for a few
/// steps: what takes an unlikely order is found by these.
pub(crate) fn explore(model: impl Fn() + Clone + Send + Sync + 'static) {
    if let Some(schedule) = asked("THREADKIT_MODEL_REPLAY") {
        return run(ReplayScheduler::new_from_encoded(&schedule), model);
    }
    let (schedules, seed) = match asked("THREADKIT_MODEL_SCHEDULES") {
        Some(schedules) => (schedules.parse().expect("a number"), RandomState::new().hash_one(0)),
        None => (2000, 0),
    };
    run(RandomScheduler::new_from_seed(seed, schedules / 2), model.clone());
    run(PctScheduler::new_from_seed(seed, DEPTH, schedules / 2), model);
}

fn asked(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // A debug build's frames are large, and threads do format.
    config.stack_size = 256 * 1024;
    config.max_steps = MaxSteps::FailAfter(100_000);
    // Orderings other than SeqCst count as such, statics are dropped at the end: the README says so.
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(model);
}

/// Raised once. It is no step of the model.
#[derive(Clone, Default)]
pub(crate) struct Flag(Arc<AtomicBool>);

impl Flag {
    pub(crate) fn raise(&self) {
        assert!(!self.0.swap(true, SeqCst), "raised twice");
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(SeqCst)
    }
}
