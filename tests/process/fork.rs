//! s33: what a fork's child knows of its threads, and how it ends.

use crate::child::run;

const IN_CHILD: [&str; 7] = [
    "id: true",
    "ident: true",
    "lost: false Ok(()) Err(NoValue)",
    "object: true",
    "a new one: Ok(2)",
    "failing: true",
    "waited for",
];

fn check(scenario: &str, main: &str) {
    let mut says = vec!["main: true", main];
    says.extend(IN_CHILD);
    says.extend(["30", "in the parent: Ok(())"]);
    run(scenario).code(0).says(&says).reports("in the child", 1);
}

/// Python: in a fork's child the forking thread is main, the others count as stopped, and exit does
/// not hang (`test_main_thread_after_fork`, `test_main_thread_after_fork_from_nonmain_thread`,
/// `test_is_alive_after_fork`).
/// Here: the same with `libc::fork`: the others are not alive, their `join` is `Ok`, and they have
/// neither value nor object.
#[test]
#[cfg_attr(target_env = "musl", ignore = "a lock of std's may stay held in the child")]
fn s33_the_forking_thread_becomes_main() {
    check("fork_on_main", "MainThread true false");
    check("fork_on_a_worker", "Target true false");
    check("fork_on_an_alien", "MainThread true false");
}

/// Here: the same where the crate has started no thread, on a thread that is not main.
#[test]
fn s33_a_fork_before_the_first_start() {
    run("fork_before_any_start").code(0).says(&["true true", "false false", "true", "30"]).silent();
}

/// Here: the child's exit waits for the threads that the child started, and for no other.
#[test]
#[cfg_attr(target_env = "musl", ignore = "a lock of std's may stay held in the child")]
fn s33_exit_in_the_child_does_not_wait_for_threads_that_are_not_there() {
    for scenario in ["fork_and_return", "fork_under_the_attribute"] {
        run(scenario).code(0).says(&["of the child", "31"]).silent();
    }
    run("fork_on_a_worker_under_the_attribute").code(0).says(&["true", "0"]).silent();
}

/// Here: a thread that was starting or ending at the moment of the fork is not alive in the child.
#[test]
fn s33_a_thread_that_was_ending_is_not_alive() {
    run("fork_while_ending").code(0).says(&["[10]"]).silent();
}

/// Here: in the child there is one thread; dummies count as stopped.
#[test]
fn s33_dummies_do_not_survive() {
    run("fork_beside_a_dummy").code(0).says(&["3", "10"]).silent();
}

/// Here: no child hangs, whatever other threads do at the moment of the fork.
#[test]
fn s33_no_child_hangs() {
    run("fork_many").code(0).says(&["[32]"]).silent();
    run("fork_while_stopping").code(0).says(&["[30]"]).silent();
    run("fork_while_asking_one_that_is_over").code(0).says(&["[30]"]).silent();
    run("fork_while_observed").code(0).says(&["[32]"]).silent();
    run("fork_in_panic_hooks").code(0).says(&["true"]);
    run("fork_while_the_watchdog_looks").code(0).says(&["{30}"]).silent();
}

/// Here: in the child, a scope waits for those threads only that are there.
#[test]
#[cfg_attr(target_env = "musl", ignore = "a lock of std's may stay held in the child")]
fn s33_a_scope_does_not_wait_for_threads_that_are_not_there() {
    for scenario in ["fork_in_a_scope", "fork_in_a_scope_on_a_worker"] {
        run(scenario).code(0).says(&["lent to the child's", "left: Ok(4)", "33"]).silent();
    }
}
