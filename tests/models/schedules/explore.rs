//! Runs a model under many schedules.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

/// How often the longest of preemption chains that are looked for switches at the wrong moment.
const DEPTH: usize = 3;

/// Runs `model` as the main thread of process after process. Each is over when all its threads are: one that waits in
/// vain is a deadlock, which fails the model, as a panic on the main thread does.
///
/// Half of the schedules go on with any thread at each step; the other half let few threads be overtaken, at a few
/// steps, which finds what takes an unlikely order.
#[track_caller]
pub(crate) fn explore(model: impl Fn() + Clone + Send + Sync + 'static) {
    let asked = std::env::var("THREADKIT_MODEL_SCHEDULES").ok();
    let (schedules, seed) = match asked {
        Some(schedules) => (schedules.parse().expect("a number of schedules"), fresh_seed()),
        None => (1000, 0),
    };
    run(RandomScheduler::new_from_seed(seed, schedules / 2), model.clone());
    run(PctScheduler::new_from_seed(seed, DEPTH, schedules / 2), model);
}

fn run(scheduler: impl Scheduler + 'static, model: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    // A debug build's frames are large, and threads do format.
    config.stack_size = 256 * 1024;
    config.max_steps = MaxSteps::FailAfter(100_000);
    // Of orderings other than SeqCst, and of statics that are dropped: both are in the README.
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(model);
}

fn fresh_seed() -> u64 {
    RandomState::new().hash_one(0)
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
