//! Failures that somebody has taken, and those that nobody has.

use crate::child::{run, run_with};

#[test]
fn a_failure_that_somebody_takes_is_no_failure_of_the_test() {
    run("taken::").counts(9, 0).silent();
}

#[test]
fn one_that_nobody_takes_fails_the_test_in_words() {
    let report = run("untaken::").fails(12).silent();
    let here = |test: &str, line: &str| {
        let output = report.of(test);
        assert!(output.contains(line), "{line:?} in {output}");
    };
    here("untaken::panic", "a thread of the test failed, and nobody took its failure:\n");
    here("untaken::panic", "  thread 'cellar' panicked at tests/testing/cases.rs:");
    here("untaken::panic", ": the cheese\n    class Panics, started at tests/testing/cases.rs:");
    here("untaken::error", "' failed: invalid digit found in string\n");
    here("untaken::several", "threads of the test failed 2 times, and nobody took their failures:");
    here("untaken::of_a_grandchild", ": the cheese\n    class Panics");
    for test in ["late", "by_a_guard", "by_a_supervisor", "by_into_object", "in_a_callback"] {
        here(&format!("untaken::{test}"), ": the cheese\n    class ");
    }
    here("untaken::in_a_destructor", "thread 'cases::untaken::in_a_destructor' panicked at ");
    here("untaken::in_a_destructor", ": the cheese\n    class TestThread");
    for test in ["and_the_body_panics", "and_the_body_errs"] {
        here(&format!("untaken::{test}"), "the body");
        here(&format!("untaken::{test}"), ": the cheese\n    class Panics");
    }
    let several = report.of("untaken::several");
    let told =
        |what| several.contains(&format!("panicked at tests/testing/cases.rs:19:9: the {what}"));
    assert!(told("cheese") && told("bread"), "{several}");
    assert!(!told("wine"), "it was joined: {several}");
}

/// The place is that of the test, not of this crate.
#[test]
fn the_verdict_stands_at_the_test() {
    let report = run("untaken::panic").fails(1);
    let verdict = report.of("untaken::panic").lines().find(|line| {
        line.starts_with("thread 'cases::untaken::panic'") && line.contains(" panicked at ")
    });
    assert!(verdict.unwrap().contains("tests/testing/cases.rs:"), "{report:#?}");
}

#[test]
fn tests_side_by_side_hear_of_their_own_threads_only() {
    let report = run_with("side_by_side::", &["--test-threads=2"]).counts(1, 1).silent();
    let output = report.of("side_by_side::fails");
    for line in ["on stdout", "on stderr", "the cheese"] {
        assert!(output.contains(line), "{output}");
    }
}
