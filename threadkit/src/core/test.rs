//! [`Test`]: a `#[threadkit::test]`, as the records of its threads know it.
//!
//! The threads that a test starts belong to it, and those that they start. Which test that is stands in their records: the
//! record of a thread has the test of its starter's. It is no inherited thread-local value, since a class may say that it
//! inherits none, and a thread of such a class would leave its test.

use std::fmt;
use std::mem;
use std::panic::Location;
use std::sync::Arc;

use crate::base::primitive::parking_lot::Mutex;
use crate::base::virtual_time::Clock;
use crate::core::exception::Exception;

/// A test that runs, or that left threads behind.
pub(crate) struct Test {
    /// Present if its time is virtual. Its threads are counted by it from the start on.
    pub(crate) clock: Option<Clock>,
    /// Those that no hook was told of. Whether somebody else has taken one is known when the test ends.
    failures: Mutex<Vec<FailureOf>>,
}

/// A failure, and what is to be known of the thread.
pub(crate) struct FailureOf {
    exception: Arc<Exception>,
    started_at: Option<&'static Location<'static>>,
}

impl Test {
    pub(crate) fn new(clock: Option<Clock>) -> Self {
        Self { clock, failures: Mutex::new(Vec::new()) }
    }

    /// A thread of the test failed, and no hook of the test's was told of it.
    pub(crate) fn note(
        &self,
        exception: &Arc<Exception>,
        started_at: Option<&'static Location<'static>>,
    ) {
        self.failures.lock().push(FailureOf { exception: exception.clone(), started_at });
    }

    /// The failures that nobody has taken until now. They are told once.
    pub(crate) fn take_failures(&self) -> Vec<FailureOf> {
        // Outside of the lock: what a payload drops is the user's.
        let mut failures = mem::take(&mut *self.failures.lock());
        failures.retain(|failure| !failure.exception.is_taken());
        failures
    }
}

/// In lines of a list.
impl fmt::Display for FailureOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exception, started_at } = self;
        writeln!(f, "  {exception}")?;
        for source in exception.sources() {
            writeln!(f, "    caused by: {source}")?;
        }
        write!(f, "    class {}", exception.class_name())?;
        match started_at {
            Some(place) => writeln!(f, ", started at {place}"),
            None => writeln!(f),
        }
    }
}
