//! Tests under the attribute, for users who deny every lint (see `Cargo.toml`).

use std::io;

/// Returns what most tests do.
#[threadkit::test(timeout = "60s", grace = "10s", stop = "all")]
fn starts_all() {
    assert_eq!(threadkit_lint_2021::start_all().expect("there is room for threads"), 1);
}

#[threadkit::test]
fn with_a_result() -> io::Result<()> {
    threadkit_lint_2021::start_all().map(drop)
}

#[threadkit::test]
#[should_panic(expected = "the cheese")]
fn that_panics() {
    panic!("the cheese");
}
