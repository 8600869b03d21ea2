//! The drop of an owner that waits for long says for whom.

use std::time::{Duration, Instant};

use crate::child::Running;
use crate::exit::{explained_as, waiting};

const BRIEF: Duration = Duration::from_millis(100);

#[test]
fn a_long_drop_is_explained_once() {
    let drops = |owner| format!("thread 'MainThread' drops a {owner}, and waits until these");
    for (scenario, owner) in [("guard_waits", "Guard"), ("group_waits", "Group")] {
        let start = Instant::now();
        explained_as(waiting(scenario), &drops(owner), BRIEF, start, 0);
    }
}

#[test]
fn without_the_attribute_after_ten_seconds_and_never_where_it_says_so() {
    let start = Instant::now();
    let mut never = waiting("guard_waits_in_silence");
    let plainly = waiting("guard_waits_plainly");
    explained_as(plainly, "drops a Guard", Duration::from_secs(10), start, 0);
    drop(never.stdin.take());
    Running::of(never).end().code(0).silent();
}

#[test]
fn a_long_stop_of_a_child_is_explained() {
    let start = Instant::now();
    let words = "supervisor 'boss' waits until this has stopped:";
    explained_as(waiting("supervisor_waits"), words, BRIEF, start, 0);
}

/// Who is left alone is named, and where it was started; here the process waits for it without a word.
#[test]
fn a_child_that_is_left_alone_is_named() {
    let words = "supervisor 'boss' has asked this to stop, and leaves it alone";
    explained_as(waiting("supervisor_leaves_alone"), words, Duration::ZERO, Instant::now(), 0);
}
