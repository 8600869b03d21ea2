//! Tests that take too long.

use crate::child::run;

#[test]
fn a_test_that_hangs_fails_with_the_table() {
    let report = run("timeouts::").fails(3).silent();
    for test in ["sleeps", "hangs", "should_panic"] {
        let output = report.of(&format!("timeouts::{test}"));
        let says = |text: &str| assert!(output.contains(text), "{text:?} in {output}");
        says("the test has not returned within 5ms; its threads:\nIDENT ");
        says(&format!("  cases::timeouts::{test} "));
    }
    report.says("note: test did not panic as expected", 1);
}
