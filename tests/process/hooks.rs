//! Crash reporters beside the excepthook: both keep working, whoever came first.

use crate::child::run;

#[test]
fn a_panic_hook_that_was_there_before_reports_alone() {
    run("set_before").code(0).reports("crash reporter", 1).reports("the cause", 1);
}

#[test]
fn a_panic_hook_that_was_there_before_is_called_beside_an_excepthook() {
    run("set_before_with_excepthook")
        .code(0)
        .says(&["excepthook: true"])
        .reports("crash reporter", 1)
        .reports("the cause", 1);
}

#[test]
fn a_panic_hook_that_comes_later_reports_alone() {
    run("set_after").code(0).reports("crash reporter", 1).reports("the cause", 1);
    run("set_many_times").code(0).reports("crash reporter", 1).reports("the cause", 1);
    run("quiet_after").code(0).silent();
}

#[test]
fn what_a_later_panic_hook_does_not_see_is_reported_all_the_same() {
    run("set_after_resumed").code(0).reports("crash reporter", 0).reports("the cause", 1);
}

#[test]
fn a_panic_hook_that_comes_later_is_called_beside_an_excepthook() {
    run("set_after_with_excepthook")
        .code(0)
        .says(&["excepthook: true"])
        .reports("crash reporter", 1)
        .reports("the cause", 1);
}

#[test]
fn a_panic_hook_that_calls_the_one_before_it() {
    run("chained_after").code(0).reports("crash reporter", 1).reports("the cause", 1);
    run("chained_after_with_excepthook")
        .code(0)
        .says(&["excepthook: true"])
        .reports("crash reporter", 1)
        .reports("the cause", 0);
}

#[test]
fn panic_hooks_that_come_and_go() {
    run("set_and_restored").code(0).reports("crash reporter", 0).reports("the cause", 1);
    run("restored_std").code(0).says(&["excepthook: true"]).silent();
    run("dropped_while_unwinding").code(0).reports("of main", 1).reports("the cause", 1);
}

/// The panic hook waits for what it starts, with std's lock of the hooks held.
#[test]
fn a_panic_hook_may_start_threads() {
    for scenario in ["hook_starts_first", "hook_starts_again"] {
        run(scenario)
            .code(0)
            .reports("of the reporter", 2)
            .reports("crash reporter", 4)
            .reports("panicked", 4);
    }
}
