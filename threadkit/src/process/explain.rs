//! Explaining waits that last: after a while stderr says who is being waited for.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicU64, Ordering};
use crate::os;
use crate::thread::Thread;
use crate::thread::stacks;

/// How long a wait lasts until it is explained, if `#[threadkit::main(report_after = "..")]` does not say otherwise.
pub(crate) const REPORT_AFTER: Duration = Duration::from_secs(10);

/// `report_after = "never"`, in nanoseconds.
const NEVER: u64 = u64::MAX;

global! {
    /// In nanoseconds.
    static PATIENCE: AtomicU64 = AtomicU64::new(REPORT_AFTER.as_secs() * 1_000_000_000);
}

/// How long a wait lasts until it is explained; `None` is for ever.
pub(crate) fn patience() -> Option<Duration> {
    // Relaxed: the number says nothing of other data.
    Some(PATIENCE.load(Ordering::Relaxed)).filter(|nanos| *nanos != NEVER).map(Duration::from_nanos)
}

/// Sets it for the whole process. A time of centuries is never.
pub(crate) fn set_patience(patience: Option<Duration>) {
    let nanos = patience.and_then(|patience| u64::try_from(patience.as_nanos()).ok());
    PATIENCE.store(nanos.unwrap_or(NEVER), Ordering::Relaxed); // as in `patience`
}

/// Says on stderr that somebody waits, for whom, where each of these was started, and with the feature
/// `stacks` where it stands.
pub(crate) fn explain(wait: &str, threads: impl IntoIterator<Item = Thread>, note: &str) {
    let threads: Vec<_> = threads.into_iter().collect();
    let places = stacks::places_of(&threads);
    let mut text = format!("{wait}:\n");
    for (thread, place) in threads.iter().zip(places) {
        let _ = write!(text, "  {thread}"); // writing to a string does not fail
        if let Some(location) = thread.start_location() {
            let _ = write!(text, ", started at {location}");
        }
        if let Some(place) = place {
            let _ = write!(text, "\n    {place}");
        }
        text.push('\n');
    }
    text.push_str(note);
    os::stderr::write(&text);
}
