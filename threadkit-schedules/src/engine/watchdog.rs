//! Says so where a schedule stands still: a thread blocks in what is not of this crate, and with it all others.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::Place;

/// How long a schedule may stand still, in the time of the system.
const PATIENCE: Duration = Duration::from_secs(30);

/// How far the schedules have come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    // Relaxed: it says nothing of other data.
    steps: AtomicUsize,
    /// Who goes on.
    current: Mutex<String>,
}

impl Progress {
    pub(crate) fn step(&self) {
        self.steps.fetch_add(1, Relaxed);
    }

    pub(crate) fn go_on(&self, name: &str) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != name {
            name.clone_into(&mut current);
        }
    }
}

/// Watches until it is dropped.
pub(crate) struct Watchdog {
    _over: Sender<()>,
}

impl Watchdog {
    /// Watches what the test at `place` does. Without it, where the system refuses a thread, there is nothing to say.
    pub(crate) fn start(progress: Arc<Progress>, place: Place) -> Self {
        let (over, ended) = mpsc::channel();
        let watch = move || {
            let mut seen = 0;
            while ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let steps = progress.steps.load(Relaxed);
                if steps == seen {
                    let name = progress.current.lock().unwrap_or_else(PoisonError::into_inner);
                    eprintln!(
                        "the schedules of {place} stand still: thread '{name}' has taken no step for {PATIENCE:?}. It \
                        computes, or blocks in what threadkit_schedules does not see, such as a lock of std's"
                    );
                    return;
                }
                seen = steps;
            }
        };
        let _ = thread::Builder::new().name("watchdog".to_owned()).spawn(watch);
        Self { _over: over }
    }
}
