//! Crash reporters that people use: each reports what it sees, once, and nothing else is lost.

use crate::child::run;

const CALLED: [&str; 1] = ["excepthook: the third"];

#[test]
fn color_eyre() {
    for scenario in ["color_eyre_first", "color_eyre_later"] {
        run(scenario)
            .code(0)
            .says(&CALLED)
            .reports("the first", 1)
            .reports("the second", 1)
            .reports("the third", 1)
            .reports("The application panicked", 2);
    }
}

/// It writes what happened into a file, and to stderr only that something did.
#[test]
fn human_panic() {
    for scenario in ["human_panic_first", "human_panic_later"] {
        run(scenario)
            .code(0)
            .says(&CALLED)
            .reports("the second", 1)
            .reports("had a problem and crashed", 2);
    }
}

#[test]
fn tracing_panic() {
    for scenario in ["tracing_panic_first", "tracing_panic_later"] {
        run(scenario)
            .code(0)
            .says(&CALLED)
            .reports("the first", 1)
            .reports("the second", 1)
            .reports("the third", 1);
    }
}

#[test]
fn a_reporter_that_calls_the_hook_before_it() {
    run("tracing_panic_chained")
        .code(0)
        .says(&CALLED)
        .reports("panic.payload=\"the first\"", 1)
        .reports("panicked at", 1)
        .reports("the second", 1)
        .reports("panic.payload=\"the third\"", 1);
}
