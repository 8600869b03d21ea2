//! What a thread costs, counted: allocations, bytes, and instructions beside those of std.
//!
//! Times are the bench's (`threadkit/benches`), which no test can hold to anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the program as users build theirs: optimised.
fn program() -> PathBuf {
    built("exact", &[])
}

fn built(folder: &str, features: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--release", "--bin", "threadkit-exact"]).args(features);
    let status =
        cargo.arg("--target-dir").arg(&target).current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(status.expect("cargo runs").success());
    target.join("release/threadkit-exact")
}

/// The numbers are what they are, on 64 bits with the pinned toolchain. Where one grows, somebody has to
/// say what for; 7 allocations and 400 bytes are as much as a thread of a class may cost. A scope's are
/// the scope's own, too.
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_thread_allocates_so_much_and_no_more() {
    let expected = "class 7 397\nclosure 7 433\nscoped 11 569\nsleeping 8 553\nstd 6 135\nprogress 0 0\nnothing 0 0\n";
    assert_eq!(allocated(&program()), expected);
}

/// What threads alone allocate, a line for each kind. Of a group it is more or less, as its threads come.
fn allocated(program: &Path) -> String {
    let output = Command::new(program).output().expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let (lone, _) = printed.split_once("drained").expect("groups come last");
    lone.to_owned()
}

/// User instructions of one run of that kind, without what the process does once; rounded, as threads that wait for each
/// other do so at another moment each time.
fn instructions(program: &Path, kind: &str, runs: u64) -> Option<u64> {
    instructions_of(program, &[kind], runs)
}

fn instructions_of(program: &Path, kind: &[&str], runs: u64) -> Option<u64> {
    let of = |runs: u64| collected(program, kind, runs);
    Some((of(2 * runs)? - of(runs)? + runs / 2) / runs)
}

/// By callgrind's count; none where valgrind is not installed. On one processor, where the threads take turns in the same
/// way each time: on several it is the scheduler's who of two comes first to a lock, which is worth a few hundred.
fn collected(program: &Path, kind: &[&str], runs: u64) -> Option<u64> {
    let mut valgrind = Command::new("taskset");
    valgrind.args(["--cpu-list", &processor(), "valgrind"]);
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let (kind, more) = kind.split_first().expect("a kind");
    let output = valgrind.arg(program).arg(kind).arg(runs.to_string()).args(more).output().ok()?;
    if output.status.code() == Some(NOT_FOUND) {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let number = text.split("Collected : ").nth(1).and_then(|rest| rest.lines().next());
    let number = number.and_then(|number| number.trim().parse().ok());
    Some(number.unwrap_or_else(|| panic!("callgrind says: {text}")))
}

/// What `taskset` exits with where there is no such program.
const NOT_FOUND: i32 = 127;

/// One that this process may use.
fn processor() -> String {
    let status = fs::read_to_string("/proc/self/status").expect("the process's own");
    let list = status.split("Cpus_allowed_list:").nth(1).expect("the processors").trim_start();
    list.chars().take_while(char::is_ascii_digit).collect()
}

#[test]
fn a_thread_takes_at_most_a_quarter_more_instructions_than_std() {
    let program = program();
    let of = |kind| instructions(&program, kind, 200);
    let (Some(ours), Some(std)) = (of("class"), of("std")) else {
        eprintln!("skipped: valgrind is not installed");
        return;
    };
    assert!(100 * ours <= 125 * std, "{ours} instructions, and {std} of std");
}

/// On a thread that the watchdog looks after, and on one that it does not know.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn progress_takes_so_many_instructions() {
    let program = program();
    let of = |kind: &[&str]| instructions_of(&program, kind, 100_000);
    let progress = |of_thread: &[&str]| {
        let nothing = of(&[&["nothing"], of_thread].concat())?;
        Some(of(&[&["progress"], of_thread].concat())? - nothing)
    };
    let (Some(unknown), Some(watched)) = (progress(&[]), progress(&["watched"])) else {
        eprintln!("skipped: valgrind is not installed");
        return;
    };
    assert_eq!((unknown, watched), (9, 14));
}

/// Whatever features are on: the thread of a program that does not use them is the same.
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn what_is_not_used_costs_nothing() {
    let (plain, optional) = (program(), built("optional", &["--features", "optional"]));
    assert_eq!(allocated(&plain), allocated(&optional));
    let of = |program| instructions(program, "class", 200);
    let (Some(without), Some(with)) = (of(&plain), of(&optional)) else {
        eprintln!("skipped: valgrind is not installed");
        return;
    };
    assert!(with.abs_diff(without) <= without / 100, "{with} instructions, and {without} without");
}

/// A group of four times as many threads is drained at no more than four times the allocations. Each of its threads has a
/// few of its own besides, so what the group has once is not seen.
#[test]
fn a_group_is_drained_at_the_same_cost_for_each_thread() {
    let program = program();
    let output = Command::new(&program).output().expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let allocations = |kind: &str| {
        let line = printed.lines().find(|line| line.starts_with(kind)).expect("the kind");
        line.split(' ').nth(1).and_then(|count| count.parse::<u64>().ok()).expect("a number")
    };
    let (few, many) = (allocations("drained-64"), allocations("drained-256"));
    assert!(many <= 4 * few, "{many} allocations, and {few} for a quarter of the threads");

    // Instructions depend on who sleeps when: there a quarter more is allowed.
    let of = |kind| instructions(&program, kind, 4);
    let (Some(few), Some(many)) = (of("drained-64"), of("drained-256")) else {
        eprintln!("skipped: valgrind is not installed");
        return;
    };
    assert!(many <= 5 * few, "{many} instructions, and {few} for a quarter of the threads");
}
