//! The clock that every deadline of this crate is reckoned by. What waits for a moment asks for the time here and
//! nowhere else, so that a test may put a clock of its own in this place.

use std::time::Instant;

use crate::base::primitive::{global, sync::OnceLock};

/// The present moment.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Nanoseconds since the first call.
pub(crate) fn uptime() -> u64 {
    global! {
        static START: OnceLock<Instant> = OnceLock::new();
    }
    let elapsed = now().saturating_duration_since(*START.get_or_init(now));
    u64::try_from(elapsed.as_nanos()).expect("a process does not live for 500 years")
}
