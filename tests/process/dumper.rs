//! A dump on a signal.

use crate::child::run;

#[test]
fn a_signal_prints_the_table_and_a_stop_ends_that() {
    run("dumper").code(0).says(&["in one piece", "stopped", "still here"]).silent();
}

#[test]
fn signals_that_cannot_be_caught_are_refused() {
    run("dumper_on").code(0).says(&["typed"]).silent();
}

#[test]
fn a_server_leaves_what_is_not_its_own() {
    run("dumper_serves").code(0).says(&["no file is removed", "nor another's socket"]).silent();
}
