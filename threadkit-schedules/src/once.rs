//! What stands in the place of the schedules in a build without the cfg.

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
#[derive(Clone, Debug, Default)]
#[must_use = "it does nothing until `run`"]
pub struct Schedules(());

impl Schedules {
    /// 1,000 schedules, the same ones each time.
    pub fn new() -> Self {
        Self(())
    }

    /// How many schedules there are.
    pub fn count(self, _: usize) -> Self {
        self
    }

    /// What the schedules follow from: with another number they are others.
    pub fn seed(self, _: u64) -> Self {
        self
    }

    /// How many steps a schedule may take, 100,000 if nothing is said; one that takes more is reported.
    pub fn max_steps(self, _: usize) -> Self {
        self
    }

    /// Whether a deadline may pass although other threads could go on, as if they were slow.
    pub fn late_threads(self, _: bool) -> Self {
        self
    }

    /// Whether `Condvar::wait` and `thread::park` may return without a reason, as the system allows.
    pub fn spurious_wakeups(self, _: bool) -> Self {
        self
    }

    /// Runs `f` once, on threads of the system.
    pub fn run(self, f: impl Fn() + Send + Sync + 'static) {
        f();
    }

    /// Runs `f` once, on threads of the system.
    pub fn replay(self, _: &str, f: impl Fn() + Send + Sync + 'static) {
        f();
    }
}
