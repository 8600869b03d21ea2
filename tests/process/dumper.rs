//! A dump on a signal.

use crate::child::run;

#[test]
fn a_signal_prints_the_table_and_a_stop_ends_that() {
    run("dumper").code(0).says(&["in one piece", "stopped", "still here"]).silent();
}
