//! Threads that outlive their test.

use crate::child::run;

#[test]
fn a_thread_that_outlives_its_test_fails_it_with_the_table() {
    let report = run("leaks::").fails(8).silent();
    for test in ["thread", "grandchild", "without_inheritance", "daemon", "deaf"] {
        let output = report.of(&format!("leaks::{test}"));
        let says = |text| assert!(output.contains(text), "{text:?} in {output}");
        says("1 thread of the test is still alive 1ms after its end:\nIDENT ");
        says("  squatter ");
        says("testing/cases.rs:");
        says("help: stop it and join it before the test ends");
        assert_eq!(output.contains("`leaks = \"daemons\"`"), test == "daemon", "{output}");
        // The table is of the test's threads alone.
        assert_eq!(
            output.matches("testing/cases.rs:").count(),
            lines_of_one_thread(output),
            "{output}"
        );
    }
    report.says("note: test did not panic as expected", 1);
    let both = report.of("leaks::and_a_failure");
    assert!(both.contains("is still alive") && both.contains("the cheese"), "{both}");
}

/// In the table, and in the stack where there is one; and the place of the verdict.
fn lines_of_one_thread(output: &str) -> usize {
    let stack = output.lines().filter(|line| line.trim_start().starts_with("at ")).count();
    2 + stack
}
