//! With `panic = "abort"` a failure is reported, once, and the process aborts.

use std::path::Path;
use std::process::Command;

use crate::child::{Ended, end_of};

/// Builds the program, apart from everything else: the panic strategy is one for all of its crates.
fn build() -> std::path::PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("panic-abort");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "threadkit-abort", "--target-dir"]).arg(&target);
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_PROFILE_DEV_PANIC", "abort");
    assert!(cargo.status().expect("cargo runs").success());
    target.join("debug/threadkit-abort")
}

#[test]
fn a_panic_is_reported_once_before_the_abort() {
    let program = build();
    let run = |scenario: &str| -> Ended {
        let mut command = Command::new(&program);
        command.arg(scenario).env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE");
        end_of(command)
    };
    run("plain").aborts().reports("panicked at", 1).reports("the cause", 1);
    run("hooked").aborts().reports("hook: the cause true", 1).reports("the cause", 1);
    let with_default = run("hooked_with_default").aborts();
    with_default.reports("panicked at", 1).reports("the cause", 1);
    run("reporter").aborts().reports("reporter:", 1).reports("the cause", 1);
    run("logged").aborts().reports("log: threadkit", 1).reports("the cause", 1);
    run("hook_panics").aborts().reports("of the hook", 1);
    run("silent").aborts().silent();
    run("error").code(0).reports("failed: the cause", 1);
}
