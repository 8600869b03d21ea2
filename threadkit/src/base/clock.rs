//! The clock that every deadline of this crate is reckoned by. What waits for a moment asks for the time here and
//! nowhere else, so that a test may put a clock of its own in this place.

use std::time::Instant;

use crate::base::primitive::{global, sync::OnceLock};
use crate::base::virtual_time;

/// The present moment, by the clock that all waits of this crate go by: that of [`Instant::now`], but in a
/// [`#[threadkit::test(time = "virtual")]`](macro@crate::test) the test's.
///
/// Code that reckons with time itself asks here, and can then be tested in no time.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, Instant};
///
/// /// Whether it is time for a new one.
/// fn is_stale(fetched: Instant) -> bool {
///     threadkit::now() - fetched >= Duration::from_secs(3600)
/// }
///
/// #[threadkit::test(time = "virtual")]
/// fn stale_after_an_hour() {
///     let fetched = threadkit::now();
///     threadkit::sleep(Duration::from_secs(3599)).unwrap();
///     assert!(!is_stale(fetched));
///     threadkit::sleep(Duration::from_secs(1)).unwrap();
///     assert!(is_stale(fetched));
/// }
/// # fn main() {
/// #     assert!(!is_stale(threadkit::now()));
/// # }
/// ```
#[must_use]
pub fn now() -> Instant {
    virtual_time::now().unwrap_or_else(system_now)
}

/// The same by the system's clock, in a test, too: for what is measured and not waited for.
#[cfg(not(threadkit_model))]
pub(crate) fn system_now() -> Instant {
    Instant::now()
}

/// That of the schedule, which passes when every thread waits.
#[cfg(threadkit_model)]
pub(crate) use crate::base::primitive::model::now as system_now;

/// Whether the current thread has a clock of its own.
pub(crate) fn is_virtual() -> bool {
    virtual_time::current().is_some()
}

/// Nanoseconds since the first call, by the system's clock.
pub(crate) fn uptime() -> u64 {
    global! {
        static START: OnceLock<Instant> = OnceLock::new();
    }
    let elapsed = system_now().saturating_duration_since(*START.get_or_init(system_now));
    u64::try_from(elapsed.as_nanos()).expect("a process does not live for 500 years")
}
