//! Stdout and stderr that are gone, broken or locked: nothing is lost that could be said, and nothing hangs.

use std::time::{Duration, Instant};

use crate::child::run;
use crate::exit::{explained, waiting};

/// Python: a failure with `sys.stderr` gone breaks nothing (`test_print_exception_stderr_is_none_1`, `_2`).
/// Here: a failure with stderr a broken pipe, or closed, breaks nothing.
#[test]
fn s22_stderr_may_be_gone() {
    run("stderr_broken").code(0).says(&["still here"]);
    run("stderr_closed").code(0).says(&["still here"]);
}

#[test]
fn stderr_may_be_locked_by_who_waits() {
    let ended = run("stderr_locked").code(0).says(&["still here"]);
    let ended = ended.reports("a panic\n", 1).reports("a resumed\n", 1).reports("an error\n", 1);
    let ended = ended.reports("of the hook\n", 1).reports("the excepthook panicked", 1);
    ended.reports("a second\n", 1).reports("the lock is held\n", 1);
}

#[test]
fn a_long_wait_is_explained_past_a_lock_of_stderr() {
    let start = Instant::now();
    explained(waiting("wait_with_stderr_locked"), Duration::from_millis(50), start, 0);
}

#[test]
fn what_a_worker_printed_comes_out() {
    for scenario in ["partial_line", "unfinished_lock"] {
        run(scenario).code(0).says(&["a line", "without an end"]).silent();
    }
}

#[test]
fn what_main_returns_is_printed_past_a_lock_of_stderr() {
    let ended = run("main_fails_with_stderr_locked").code(1);
    assert_eq!(ended.stderr, "Error: \"main's own\"\n");
    run("main_leaves_with_stderr_locked").code(0).silent();
}

#[test]
fn a_report_waits_for_a_full_stderr_while_somebody_reads() {
    run("stderr_full").code(0).says(&["true", "true"]);
    run("stderr_full_for_good").code(0).says(&["true"]);
}
