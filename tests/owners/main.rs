//! What owns threads and looks at them.

mod dump;
mod future;
mod group;
mod guard;
mod ready;
mod supervisor;

use std::time::Duration;

use threadkit::{Stopped, Target, Thread, sleep, spawn};

/// Of each race.
fn rounds() -> usize {
    threadkit_tests::rounds(100_000)
}

type Sleeper = Thread<Target<Result<(), Stopped>>>;

/// A thread that lasts until it is asked to stop.
fn sleeper() -> Sleeper {
    spawn(|| sleep(Duration::MAX))
}
