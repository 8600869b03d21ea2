//! What a thread costs, counted: allocations, bytes, and instructions beside those of std.
//!
//! Times are the bench's (`threadkit/benches`), which no test can hold to anything.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the program as users build theirs: optimised.
fn program() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exact");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--release", "--bin", "threadkit-exact", "--target-dir"]);
    let status = cargo.arg(&target).current_dir(env!("CARGO_MANIFEST_DIR")).status();
    assert!(status.expect("cargo runs").success());
    target.join("release/threadkit-exact")
}

/// The numbers are what they are, on 64 bits with the pinned toolchain. Where one grows, somebody has to
/// say what for; 7 allocations and 400 bytes are as much as a thread of a class may cost. A scope's are
/// the scope's own, too.
#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_thread_allocates_so_much_and_no_more() {
    let output = Command::new(program()).output().expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let expected = "class 7 397\nclosure 7 433\nscoped 11 569\nsleeping 8 553\nstd 6 135\n";
    let (lone, _) = printed.split_once("drained").expect("groups come last");
    assert_eq!(lone, expected);
}

/// User instructions of one run of that kind, without what the process does once.
fn instructions(program: &Path, kind: &str, runs: u64) -> Option<u64> {
    let of = |runs: u64| collected(program, kind, runs);
    Some((of(2 * runs)? - of(runs)?) / runs)
}

/// By callgrind's count; none where valgrind is not installed.
fn collected(program: &Path, kind: &str, threads: u64) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let output = valgrind.arg(program).arg(kind).arg(threads.to_string()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let number = text.split("Collected : ").nth(1).and_then(|rest| rest.lines().next());
    let number = number.and_then(|number| number.trim().parse().ok());
    Some(number.unwrap_or_else(|| panic!("callgrind says: {text}")))
}

#[test]
fn a_thread_takes_at_most_a_quarter_more_instructions_than_std() {
    let program = program();
    // Who of two threads comes first to a lock is the scheduler's, and is worth some instructions: the least counts.
    let of = |kind| (0..3).filter_map(|_| instructions(&program, kind, 200)).min();
    let (Some(ours), Some(std)) = (of("class"), of("std")) else {
        eprintln!("skipped: valgrind is not installed");
        return;
    };
    assert!(100 * ours <= 125 * std, "{ours} instructions, and {std} of std");
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
