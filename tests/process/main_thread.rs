//! What only a real main thread shows: s05, s09, s25, s42.

use crate::child::run;

/// Python: `daemon` is an argument of the constructor, and the creator's otherwise
/// (`test_daemon_param`, `test_repr_daemon`).
/// Here: main is no daemon, a thread not started here is one; what neither object nor class decides
/// is the starter's.
#[test]
fn s05_daemon_is_inherited_and_the_object_wins() {
    run("inheritance")
        .code(0)
        .says(&[
            "main: false",
            "plain, and its child: (false, false)",
            "daemon, and its children: (true, true, false)",
            "of an alien: true",
        ])
        .silent();
}

/// Here: the same on the main thread, with and without `#[threadkit::main]`.
#[test]
fn s09_main_cannot_join_itself() {
    let refused = ["CurrentThread"; 3];
    run("main_joins_itself").code(0).says(&refused).silent();
    run("main_joins_itself_under_the_attribute").code(0).says(&refused).silent();
}

/// Python: `main_thread()` is `MainThread`, from a child, too (`test_main_thread`).
/// Here: `main_thread()` from any thread, also when first called off the main thread.
#[test]
fn s25_the_main_thread_from_a_child() {
    run("main_from_a_child")
        .code(0)
        .says(&[
            "MainThread MainThread",
            "true false",
            "true",
            "false true",
            "true",
            "true",
            "CurrentThread",
        ])
        .silent();
}

/// Python: endless recursion in a thread is an error, not a crash (`test_recursion_limit`).
/// Here: the message of the overflow names the thread, and the process ends by SIGABRT; no silent
/// death.
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's name of the thread is the class's")]
fn s42_a_stack_overflow_names_the_thread() {
    for scenario in ["overflow", "overflow_of_a_daemon"] {
        run(scenario)
            .overflows()
            .reports("thread 'diver'", 1)
            .reports("has overflowed its stack", 1);
    }
}

/// Whoever holds a handle, of whatever type, and however the thread was waited for, or not at all.
#[cfg(target_os = "linux")] // whose mappings can be read
#[test]
fn a_thread_that_is_over_holds_nothing_of_the_systems() {
    let ways = [
        "looked at, typed: none",
        "looked at, erased: none",
        "joined: none",
        "joined with a timeout: none",
        "asked with a timeout of zero: none",
        "left by exit_thread: none",
    ];
    run("kept_handles").code(0).says(&ways).silent();
}
