//! Failures: exactly one report each, whoever reports.

use crate::child::run;

/// Python: the traceback names the thread and the error (`test_print_exception`).
/// Here: a panic has std's message, which names the thread.
#[test]
fn s23_a_panic_is_reported_by_the_panic_hook() {
    run("panics")
        .code(0)
        .reports("thread 'unlucky' (", 1)
        .reports("panicked at", 1)
        .reports("the cause", 1);
}

/// Here: an `Err` is reported with thread, class, where it was started, and its sources.
#[test]
fn s23_an_error_is_reported_with_thread_class_place_and_sources() {
    let ended = run("fails").code(0).reports("the cause", 1).reports("failure.rs:", 1);
    assert!(
        ended.stderr.starts_with("thread 'unlucky' (Target) failed: the cause\n"),
        "{ended:#?}"
    );
    let ended = run("fails_with_sources").code(0).reports("failed:", 1);
    assert!(
        ended.stderr.starts_with("thread 'unlucky' (Failing) failed: outer\n  caused by: inner\n"),
        "{ended:#?}"
    );
}

#[test]
fn a_panic_that_run_catches_keeps_its_message() {
    run("caught").code(0).reports("panicked at", 1).reports("the cause", 1);
}

#[test]
fn a_panic_that_the_hook_did_not_see_is_reported() {
    run("resumed").code(0).reports("the cause", 1).reports("panicked", 1);
    run("no_string").code(0).reports("panicked", 2);
}

#[test]
fn a_panic_that_is_resumed_is_not_reported_twice() {
    run("resumed_after_others").code(0).reports("the cause", 1).reports("another", 3);
    run("caught_while_unwinding").code(0).reports("the cause", 1).reports("another", 1);
    let ended = run("all_caught_first_resumed").code(0).reports("panicked at", 100);
    ended.reports("failure 0.", 1).reports("failure 99.", 1);
    run("caught_beside_a_guest")
        .code(0)
        .reports("the cause", 1)
        .reports("of the callback", 1)
        .reports("panicked at", 2);
}

#[test]
fn who_reports_a_panic_is_settled_when_it_happens() {
    run("hook_set_while_unwinding").code(0).says(&[]).reports("the cause", 1);
    run("hook_taken_while_unwinding").code(0).says(&[]).reports("the cause", 1);
    let ended = run("hook_set_and_taken").code(0);
    for number in 0..1000 {
        let failure = format!("failure {number}.\n");
        assert_eq!(ended.stderr.matches(&failure).count(), 1, "{failure}");
    }
}

// On Windows it is said by the thread-locals of whoever exits, which Wine does not destroy.
#[cfg(not(windows))]
#[test]
fn an_exit_in_the_middle_of_a_panic_says_what_was_held_back() {
    run("exit_while_unwinding_under_a_hook").code(52).says(&[]).reports("the cause", 1);
}

#[test]
fn each_thread_that_fails_is_reported() {
    run("joined_and_resumed").code(0).reports("the cause", 2);
}

/// Here: the hook is called once for each failure, and std's message is held back.
#[test]
fn s17_a_hook_is_called_once_a_failure_and_std_is_silent() {
    let calls = ["the panic of Target", "outer of Failing", "the resumed of Target"];
    run("hooked").code(0).says(&calls).silent();
    run("class_hooked").code(0).says(&["the panic of Counted"]).silent();
    run("silenced").code(0).says(&[]).silent();
    run("hook_exits_thread").code(0).says(&["the cause of Target"]).silent();
}

/// Here: nothing on stderr, and the exit code is main's.
#[test]
fn s18_exit_thread_says_nothing() {
    run("exits_quietly").code(0).says(&["dropped", "Ok(())"]).silent();
}

/// Here: `default_excepthook` called by a hook reports the failure as if there were no hook.
#[test]
fn s21_the_default_hook_reports_what_was_held_back_once() {
    run("hooked_with_default")
        .code(0)
        .says(&["the cause of Target", "the cause of Target"])
        .reports("thread 'unlucky' (", 2)
        .reports("panicked at", 1)
        .reports("failed:", 1);
}

/// Here: the hook's panic and the failure that it lost are both reported on stderr.
#[test]
fn s20_a_hook_that_panics_is_reported_and_ends_nothing_else() {
    run("hook_panics")
        .code(0)
        .says(&["the cause"])
        .reports("of the hook", 1)
        .reports("the excepthook panicked", 1)
        .reports("the cause", 1);
    run("hook_panics_then_reports").code(0).reports("of the hook", 1).reports("the cause", 1);
}

#[test]
fn a_hook_may_start_threads_and_set_hooks() {
    run("hook_starts_threads")
        .code(0)
        .says(&[
            "the cause of Target",
            "started by the hook",
            "in a thread of the hook of Target",
            "itself: CurrentThread",
        ])
        .silent();
    run("hook_sets_hook").code(0).says(&["the cause of Target", "the next hook"]).silent();
}

#[test]
fn no_failure_is_lost_or_told_twice() {
    let ended = run("hook_swapped").code(0).silent();
    assert_eq!(ended.stdout.lines().count(), 1000);
    run("thousands").code(0).reports("panicked at", 2000).reports("failure 99\n", 20);
    run("thousands_hooked").code(0).reports("panicked at", 2000).reports("failure 99\n", 20);
    run("thousands_of_errors").code(0).reports(") failed: outer", 2000).reports("inner", 2000);
}

#[test]
fn a_backtrace_begins_in_the_users_code() {
    let mut command = crate::child::command("backtrace");
    command.env("RUST_BACKTRACE", "1");
    let ended = crate::child::end_of(command).code(0).silent();
    assert!(ended.stdout.lines().next().unwrap().contains("users_function"), "{ended:#?}");
}

/// Python: a failure with `sys.stderr` gone breaks nothing
/// (`test_print_exception_stderr_is_none_1`, `_2`).
/// Here: a failure with stderr a broken pipe, or closed, breaks nothing.
#[test]
fn an_error_whose_display_panics_is_a_failure() {
    run("error_whose_display_panics").code(0).says(&["true true"]).reports("the cause", 1);
}

#[test]
fn exit_thread_in_odd_places() {
    let says = [
        "in a local: true",
        "in a value: true",
        "before a callback: true",
        "in a callback: true",
        "on main: true",
        "on an alien: true",
    ];
    run("exits_in_odd_places").code(0).says(&says).reports("this thread is neither", 3);
}

#[test]
fn the_hook_of_a_class_may_call_the_programs() {
    let ended = run("hook_of_a_class_calls_the_programs").code(0);
    let says = [
        "the class's: the cause",
        "the class's: the cause",
        "the program's: the cause",
        "the program's: outer",
    ];
    ended.says(&says).reports("failed: the cause", 2).reports("failed: outer", 1);
}

#[test]
fn classes_of_one_name_are_told_apart() {
    let ended = run("classes_of_one_name").code(0).reports("(Failing) failed", 2);
    let class = |path: &str| format!("\n  class threadkit_scenarios::failure::{path}, started at ");
    ended.reports(&class("Failing"), 1).reports(&class("other::Failing"), 1);
}

#[test]
fn what_main_returns_is_readable() {
    let ended = run("main_returns_a_failure").code(1);
    assert_eq!(ended.stderr, "Error: thread 'unlucky' failed: outer\n  caused by: inner\n");
}
