//! [`Condvar`]: `parking_lot`'s, for threads whose time may be a test's.

use std::ptr;
use std::time::Instant;

use crate::base::primitive::parking_lot::{Condvar as PlainCondvar, MutexGuard};
use crate::base::virtual_time;

/// As `parking_lot`'s, whose mutexes it goes with. A thread that has a clock of its own waits by that, see
/// [`virtual_time`]; it stands in no list of the condition's, so that none has to have room for it.
///
/// What is waited for has to be changed under the mutex, also by who notifies without it.
#[derive(Default)]
pub(crate) struct Condvar(PlainCondvar);

/// Whether the time was up.
#[must_use]
pub(crate) struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(PlainCondvar::new())
    }

    pub(crate) fn notify_all(&self) {
        virtual_time::notify_all(self.address());
        self.0.notify_all();
    }

    pub(crate) fn wait<T>(&self, lock: &mut MutexGuard<'_, T>) {
        if self.wait_virtually(lock, None).is_none() {
            self.0.wait(lock);
        }
    }

    pub(crate) fn wait_while<T>(
        &self,
        lock: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(lock) {
            self.wait(lock);
        }
    }

    pub(crate) fn wait_until<T>(
        &self,
        lock: &mut MutexGuard<'_, T>,
        deadline: Instant,
    ) -> WaitTimeoutResult {
        let timed_out = self.wait_virtually(lock, Some(deadline));
        WaitTimeoutResult(
            timed_out.unwrap_or_else(|| self.0.wait_until(lock, deadline).timed_out()),
        )
    }

    /// By the clock of the current thread, if it has one.
    fn wait_virtually<T>(
        &self,
        lock: &mut MutexGuard<'_, T>,
        deadline: Option<Instant>,
    ) -> Option<bool> {
        virtual_time::current()?.wait(self.address(), lock, deadline)
    }

    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }
}
