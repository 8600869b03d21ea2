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

#[test]
fn s33_the_forking_thread_becomes_main() {
    check("fork_on_main", "MainThread true false");
    check("fork_on_a_worker", "Target true false");
    check("fork_on_an_alien", "MainThread true false");
}

#[test]
fn s33_a_fork_before_the_first_start() {
    run("fork_before_any_start").code(0).says(&["true true", "false false", "true", "30"]).silent();
}

#[test]
fn s33_exit_in_the_child_does_not_wait_for_threads_that_are_not_there() {
    for scenario in ["fork_and_return", "fork_under_the_attribute"] {
        run(scenario).code(0).says(&["of the child", "31"]).silent();
    }
    run("fork_on_a_worker_under_the_attribute").code(0).says(&["true", "0"]).silent();
}

#[test]
fn s33_no_child_hangs() {
    run("fork_many").code(0).says(&["[32]"]).silent();
    run("fork_while_stopping").code(0).says(&["[30]"]).silent();
}
