//! The examples that a look at their output is enough for.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::{Running, example, folder, stdout};

#[test]
fn watchdog_restarts_until_it_works() {
    let output = stdout(&mut example("watchdog"));
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].starts_with("the watchdog restarts child 'worker'"), "{output}");
    assert!(lines[0].ends_with("the disk is full"), "{output}");
    assert!(output.contains("index out of range"), "{output}");
    let tables = lines.iter().filter(|line| line.starts_with("IDENT")).count();
    assert_eq!(tables, 2, "one after each failure: {output}");
    assert_eq!(lines.last(), Some(&"attempt 3: done"));
}

#[test]
fn supervision_tells_what_came_of_the_failures() {
    let output = stdout(&mut example("supervision"));
    let count = |text: &str| output.lines().filter(|line| line.contains(text)).count();
    for (text, times) in [
        ("app: start storage", 2),
        ("app: start network", 2),
        ("connection 1: panicked: the peer is gone", 1),
        ("network: restarts child 'connection 1'", 1),
        ("index: failed: attempt ", 3),
        ("storage: restarts child 'index'", 2),
        ("storage: gives up on child 'index'", 1),
        ("app: restarts child 'storage'", 1),
        ("storage: start journal", 4),
    ] {
        assert_eq!(count(text), times, "{text}: {output}");
    }
    // The table shows the tree.
    for name in ["app", "  storage", "    journal", "    index", "  network", "    connection 1"] {
        let shown =
            |line: &str| line.get(..60).is_some_and(|row| row.contains(&format!("  {name} ")));
        assert!(output.lines().any(shown), "{name}: {output}");
    }
}

#[test]
fn python_port_prints_what_the_program_in_python_prints() {
    let steps = (0..30).flat_map(|item| [format!("Working on {item}"), format!("Finished {item}")]);
    let expected: Vec<String> = steps.chain(["All work completed".to_owned()]).collect();
    let output = stdout(&mut example("python_port"));
    assert_eq!(output.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn locals_are_closed_with_their_threads_and_with_their_object() {
    let output = stdout(&mut example("embedded_python_style_locals"));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "SELECT 7 at db://orders");
    let mut clients = lines[1..4].to_vec();
    clients.sort_unstable();
    let closed = |queries| format!("closed db://orders after {queries} queries");
    assert_eq!(clients, [1, 2, 3].map(closed));
    let end = [
        "SELECT 8 at db://stock",
        "closed db://orders after 1 queries",
        "the end",
        "closed db://stock after 1 queries",
    ];
    assert_eq!(lines[4..], end);
}

#[test]
fn word_frequencies_are_summed_over_all_threads() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("a", "one two, TWO"), ("b", "three two three."), ("c", "Three"), ("d", "")]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = stdout(example("word_frequencies").arg(folder.path()));
    assert_eq!(output, "     3 three\n     3 two\n     1 one\n");
    let output = example("word_frequencies").arg(folder.path().join("none")).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
}

#[test]
fn stopping_stops_whatever_blocks() {
    let output = stdout(&mut example("stopping"));
    let names =
        ["sleep", "event", "park", "condition", "mpsc", "select", "accept", "poll", "runtime"];
    for name in names {
        let in_table = |line: &str| line.contains(name) && line.contains("stopping.rs");
        assert!(output.lines().any(in_table), "{name} in {output}");
        let stopped = format!("{name} has stopped");
        assert_eq!(output.lines().filter(|line| *line == stopped).count(), 1, "{name} in {output}");
    }
}

#[test]
fn worker_pool_survives_a_job_that_panics() {
    let output = example("worker_pool").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "1 of the jobs panicked\n9592 primes are below 100000\n");
    let report = String::from_utf8(output.stderr).unwrap();
    assert_eq!(report.matches("a job that goes wrong").count(), 1, "{report}");
}

/// It checks the sums itself.
#[test]
fn tiny_jobs_tells_what_each_way_costs() {
    let output = stdout(example("tiny_jobs").arg("100"));
    assert_eq!(output.lines().filter(|line| line.ends_with("µs a job")).count(), 7, "{output}");
}

#[test]
fn blocking_client_calls_and_says_why_it_cannot() {
    let output = example("blocking_client").output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "HELLO\nIS ANYBODY THERE?\nrefused\n");
}

#[test]
fn health_check_tells_when_rounds_begin_and_cease_to_fail() {
    let folder = folder("health");
    let (file, aside) = (folder.path().join("lines"), folder.path().join("aside"));
    fs::write(&file, "one\ntwo\n").unwrap();
    let mut counter =
        Running::start(example("health_check").arg(&file).arg("1").stdin(Stdio::piped()));
    let mut input = counter.child.stdin.take().unwrap();
    assert_eq!(counter.line(), "well: 2 lines");
    writeln!(input).unwrap();
    assert_eq!(counter.line(), "asked: well: 2 lines");
    fs::rename(&file, &aside).unwrap();
    let health = counter.line();
    assert!(health.starts_with("ill: "), "{health}");
    writeln!(input).unwrap();
    assert_eq!(counter.line(), format!("asked: {health}"));
    fs::rename(&aside, &file).unwrap();
    assert_eq!(counter.line(), "well: 2 lines");
    drop(input);
    let (rest, status) = counter.end();
    assert!(status.success() && rest.is_empty(), "{status}: {rest}");
}

#[test]
fn background_writer_writes_all_and_hands_errors_on() {
    let folder = folder("writer");
    let file = folder.path().join("squares");
    // More than the channel holds.
    let output = stdout(example("background_writer").arg(&file).arg("50000"));
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(output, format!("{} bytes are written\n", text.len()));
    assert_eq!(text.lines().count(), 50_000);
    assert_eq!(text.lines().last(), Some("50000 2500000000"));
    if cfg!(target_os = "linux") {
        for lines in ["1", "50000"] {
            let output = example("background_writer").args(["/dev/full", lines]).output().unwrap();
            assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
            let report = String::from_utf8(output.stderr).unwrap();
            assert_eq!(report.matches("StorageFull").count(), 1, "{report}");
        }
    }
}
