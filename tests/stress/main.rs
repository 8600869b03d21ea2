//! Many threads, short and at once, and a system that refuses them: the programs in `programs/`, each
//! in a process of its own, as registry, hook and limits are one a process.
//!
//! `THREADKIT_STRESS=10` does ten times as much (a million short threads), `0.1` a tenth.

fn run(program: &str) {
    run_with(program, "0");
}

fn run_with(program: &str, backtraces: &str) {
    let factor = threadkit_tests::factor().to_string();
    let mut command = threadkit_tests::command(env!("CARGO_BIN_EXE_threadkit-stress"));
    command.env("RUST_BACKTRACE", backtraces);
    let ended = command.args([program, &factor]).output().expect("the program starts");
    let said = String::from_utf8_lossy(&ended.stdout);
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{}\n{said}{errors}", ended.status);
    assert_eq!(errors, "", "{said}");
    print!("{said}");
}

#[test]
fn ten_thousand_alive_at_once() {
    run("alive");
}

#[test]
fn a_hundred_thousand_short_ones() {
    run("short");
}

#[test]
fn eight_threads_do_everything_at_once() {
    run("churn");
}

#[test]
fn panics_that_own_much_memory() {
    run("panics");
}

#[test]
fn panics_that_are_caught_keep_little() {
    run_with("caught", "0");
    run_with("caught", "1");
}

#[test]
fn a_hundred_thousand_objects_on_eight_threads() {
    run("reused");
}

#[test]
fn ten_thousand_restarts_leave_nothing_behind() {
    run("restarts");
}

// Where stacks are had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn a_thousand_dumps_with_stacks() {
    run("dumps");
}

// Where address space can be limited.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_system_refuses_threads() {
    run("refusals");
}
