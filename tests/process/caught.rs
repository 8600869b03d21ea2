//! Panics that `run` catches: on stderr once and at once, as everywhere in Rust, whatever excepthook is in force.
//! What `run` lets out is the hook's alone.

use crate::child::{Ended, command, end_of, run};

/// The message is there, and the hook has heard of nothing.
fn only_the_message(scenario: &str) {
    run(scenario).code(0).says(&["done"]).reports("panicked at", 1).reports("lost", 1);
}

fn with_backtraces(scenario: &str) -> Ended {
    let mut command = command(scenario);
    command.env("RUST_BACKTRACE", "1");
    end_of(command)
}

#[test]
fn a_caught_panic_keeps_its_message_whatever_hook_is_in_force() {
    only_the_message("caught_under_a_hook");
    only_the_message("caught_under_the_default_hook");
    only_the_message("caught_by_a_silent_class");
    only_the_message("caught_in_a_drop");
    only_the_message("caught_outside_of_a_scope");
    only_the_message("caught_before_the_hook");
    run("caught_without_a_string").code(0).says(&["done"]).reports("Box<dyn Any>", 1);
}

// Elsewhere nobody can tell who will catch a panic: the message comes when the thread ends, or not at all.
#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn the_message_of_a_caught_panic_is_there_at_once() {
    run("caught_then_aborted").aborts().says(&[]).reports("lost", 1);
    run("caught_then_exited").code(7).says(&[]).reports("lost", 1);
}

#[test]
fn what_comes_after_a_caught_panic_is_the_hooks() {
    let ended = run("caught_then_failed").code(0).says(&["hook: out", "hook: an error", "done"]);
    ended.reports("lost", 2).reports("panicked at", 2);
    let ended = run("caught_in_a_drop_while_unwinding").code(0).says(&["hook: out", "done"]);
    // Std adds a backtrace, since it is the second panic at once.
    ended.reports("\nlost\n", 1).reports("panicked at", 1);
    let ended = run("caught_thousands").code(0).says(&["hook: out", "done"]);
    ended.reports("lost 0.", 1).reports("lost 999.", 1).reports("panicked at", 1000);
    run("hook_catches").code(0).says(&["hook: out", "done"]).reports("panicked at", 1);
}

#[test]
fn a_panic_is_followed_through_many_frames() {
    let ended = run("caught_deep").code(0).reports("panicked at", 1);
    assert!(ended.stdout.starts_with("hook: assertion `left != right` failed: lost"), "{ended:#?}");
    assert!(ended.stdout.ends_with("\ndone\n"), "{ended:#?}");
}

#[test]
fn what_this_crate_catches_run_does_not() {
    run("uncaught_in_a_scope").code(0).says(&["hook: out", "hook: in the scope", "done"]).silent();
    let ended = run("caught_around_a_callback").code(0).says(&["hook: of the callback", "done"]);
    ended.reports("lost", 1).reports("panicked at", 1);
}

// Elsewhere nobody can tell who will catch a panic: the message comes when the thread ends, or not at all.
#[cfg(any(target_os = "linux", target_os = "macos"))]
#[test]
fn a_caught_panic_that_is_resumed_elsewhere_keeps_its_message() {
    run("caught_in_a_pool").code(101).says(&[]).reports("panicked at", 1).reports("lost", 1);
    run("caught_and_resumed_on_main").code(101).says(&[]).reports("lost", 1);
    let ended = run("caught_and_resumed_elsewhere").code(0).says(&["hook: lost", "done"]);
    ended.reports("panicked at", 1).reports("lost", 1);
    // On its own thread, too: it was caught, and then let out.
    let ended = run("caught_and_resumed_here").code(0).says(&["hook: lost", "done"]);
    ended.reports("panicked at", 1).reports("lost", 1);
}

#[test]
fn backtraces_need_no_room_while_nobody_reads_them() {
    with_backtraces("caught_on_a_small_stack").code(0).says(&["panic hook", "done"]).silent();
    let ended = with_backtraces("uncaught_on_a_small_stack");
    ended.code(0).says(&["hook: out", "true", "done"]).silent();
    with_backtraces("backtrace_of_a_resumed").code(0).says(&["true", "done"]);
}
