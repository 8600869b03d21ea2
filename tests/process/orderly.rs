//! `Stopped` in an error's chain is an orderly end; anything else is not.

use crate::child::run;

#[test]
fn stopped_in_all_its_wrappings_is_an_orderly_end() {
    let ended = run("stopped").code(0).silent();
    assert_eq!(ended.stdout.lines().count(), 15);
    assert!(ended.stdout.lines().all(|line| line.ends_with(" true true")), "{ended:#?}");
}

#[test]
fn other_errors_are_failures() {
    run("not_stopped")
        .code(0)
        .says(&["Other false true", "OtherIo false true"])
        .reports("failed:", 2)
        .reports("caused by: other", 1);
}
