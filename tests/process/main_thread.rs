//! What only a real main thread shows: s05, s25, s42.

use crate::child::run;

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

#[test]
fn s25_the_main_thread_from_a_child() {
    run("main_from_a_child")
        .code(0)
        .says(&[
            "MainThread MainThread",
            "true false",
            "false true",
            "true",
            "true",
            "CurrentThread",
        ])
        .silent();
}

#[test]
fn s42_a_stack_overflow_names_the_thread() {
    for scenario in ["overflow", "overflow_of_a_daemon"] {
        run(scenario)
            .signal(libc::SIGABRT)
            .reports("thread 'diver'", 1)
            .reports("has overflowed its stack", 1);
    }
}
