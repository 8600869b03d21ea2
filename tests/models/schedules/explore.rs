//! Runs a model under many schedules.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use threadkit_schedules::Schedules;

/// A timeout that is longer than any test takes: whoever waits for so long has to be woken.
const ENDLESS: Duration = Duration::from_secs(1);

/// Runs `model` as the main thread of one process after another. Each is over when all its threads are: one that waits
/// in vain is a deadlock, which fails the model as a panic on the main thread does.
#[track_caller]
pub(crate) fn explore(model: impl Fn() + Clone + Send + Sync + 'static) {
    Schedules::new().count(2000).of_the_runtime(ENDLESS).run(model);
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
