//! The feature `log`: records at the level `debug` when a thread begins and leaves, `error` when it fails; `warn` for
//! what a supervisor does.

use log::{debug, error, warn};

use super::{Moment, TARGET};
use crate::core::exception::Exception;
use crate::core::record::Record;

pub(super) fn tell(thread: &Record, moment: Moment<'_>) {
    let class = thread.class_name();
    match moment {
        Moment::Begins => debug!(target: TARGET, "thread '{}' ({class}) has begun", thread.name()),
        Moment::Fails(exception) => fails(exception),
        Moment::Exits => debug!(target: TARGET, "thread '{}' ({class}) leaves", thread.name()),
        Moment::Says(what) => warn!(target: TARGET, "thread '{}' ({class}) {what}", thread.name()),
        Moment::Starts | Moment::Waits | Moment::Waited | Moment::Over => {}
    }
}

fn fails(exception: &Exception) {
    let sources = || exception.sources().iter().map(|source| format!("; caused by: {source}"));
    error!(target: TARGET, "{exception}{}", sources().collect::<String>());
}
