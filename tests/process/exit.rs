//! How processes end: s27 to s32, and exits from odd places.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::child::{Running, command, run};

/// Python: non-daemon threads are waited for at exit (`test_join_nondaemon_on_shutdown`).
/// Here: the same, with and without `#[threadkit::main]`; the exit code is main's.
#[test]
fn s27_threads_are_waited_for_at_exit() {
    for scenario in ["waits_plainly", "waits_under_the_attribute"] {
        run(scenario).code(3).says(&["main", "worker"]).silent();
    }
}

/// Here: the destructors of thread-locals are part of what is waited for.
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn s27_thread_locals_of_a_waited_for_thread_are_destroyed() {
    let says = ["main", "worker", "its thread-local"];
    run("destroys_locals_plainly").code(0).says(&says).silent();
    run("destroys_locals_under_the_attribute").code(0).says(&says).silent();
}

/// Here: `at_exit` is called behind the wait, last-in first-out; one that panics is reported, and one that comes when
/// they are called is refused.
#[test]
fn s31_at_exit_is_called_when_the_threads_have_ended() {
    let says = [
        "main",
        "at shutdown",
        "worker",
        "registered by a worker",
        "at exit, last registered",
        "at exit, first registered",
    ];
    for scenario in ["called_at_exit_plainly", "called_at_exit"] {
        run(scenario).code(3).says(&says).reports("one of them", 1);
    }
}

/// Threads that are no daemons are asked first, daemons when none of those is left, or after a while.
#[test]
fn all_are_stopped_in_order() {
    for scenario in ["stops_in_order", "stops_all_in_order"] {
        let says = ["logger: Err(Stopped)", "worker's last words"];
        run(scenario).code(0).says(&says).silent();
    }
    run("stops_all_where_one_stays").code(0).says(&["worker"]).silent();
}

/// Python: main returns before its child, which joins main (`test_1_join_on_shutdown`).
/// Here: joining main returns, with `Ok`, when main's body is over; main is then not alive.
#[test]
fn s28_a_child_joins_main() {
    run("child_joins_main").code(0).says(&["true", "alive: false"]).silent();
    run("joins_main_plainly").code(0).says(&["true"]).silent();
}

/// Python: a thread that non-daemon threads start during shutdown runs to its end
/// (`test_thread_from_thread`, 3.12.3).
/// Here: threads started when main is over run to their end, and so do those that they start.
#[test]
fn s29_threads_started_in_shutdown_run_to_their_end() {
    run("children_in_shutdown").code(0).says(&["3", "2", "1", "0"]).silent();
}

/// Python: daemons do not hold the process, and do not crash it while it ends
/// (`test_4_daemon_threads`).
/// Here: 100 daemons that allocate, print and use thread-locals while main returns: no crash and no
/// hang, run after run.
#[test]
fn s30_daemons_do_not_hold_the_process() {
    for scenario in ["daemons_at_exit", "daemons_at_exit_plainly"] {
        for _ in 0..threadkit_tests::rounds(100) {
            run(scenario).code(0).silent();
        }
    }
}

/// Python: exit callbacks run once; to register one after shutdown is an error
/// (`test_atexit_output`, `test_atexit_called_once`, `test_atexit_after_shutdown`).
/// Here: `at_shutdown`: last in, first out, once each; refused when they run; one that panics is
/// reported and holds up no other.
#[test]
fn s31_callbacks_run_once_last_in_first_out() {
    run("callbacks")
        .code(0)
        .says(&["main", "third", "first; refused: true", "worker; refused: true"])
        .reports("panicked at", 1)
        .reports("second", 1);
}

/// Python: a failing thread does not change the exit code; a failing main still waits for its
/// threads.
/// Here: a failing worker leaves the exit code; a main that panics (101), fails (1) or gives a code
/// still waits.
#[test]
fn s32_exit_codes() {
    run("failing_worker").code(0).reports("panicked at", 1);
    let both = ["main", "worker"];
    run("main_panics").code(101).says(&both).reports("panicked at", 1);
    run("main_panics_plainly").code(101).says(&both).reports("panicked at", 1);
    run("main_fails").code(1).says(&both).reports("Error: \"of main\"", 1);
    run("main_fails_to_report").code(101).says(&both).reports("of report", 1);
    run("main_gives_a_code").code(7).says(&both).silent();
    run("early_question_mark").code(1).says(&["worker"]).reports("NotFound", 1);
}

#[test]
fn after_the_final_wait_only_daemons_start() {
    run("late_thread_is_refused").code(0).says(&["non-daemon: false", "daemon: true"]).silent();
}

#[test]
fn exit_thread_ends_main_after_the_wait() {
    run("main_exits_thread").code(0).says(&["dropped", "worker"]).silent();
}

#[test]
fn an_exit_under_the_attribute_is_at_once_from_anywhere() {
    let places = [
        ("exit_from_main", 40),
        ("exit_from_worker_in_body", 41),
        ("exit_from_worker_in_wait", 42),
        ("exit_from_callback", 43),
        ("exit_from_hook", 44),
        ("exit_from_daemon", 45),
        ("exit_in_a_race", 46),
        ("exit_from_local", 57),
        ("exit_from_initialiser", 58),
        ("exit_from_stop_callback", 59),
        ("exit_from_timer", 60),
        ("exit_from_scope", 61),
        ("exit_from_alien", 62),
    ];
    for (scenario, code) in places {
        for _ in 0..threadkit_tests::rounds(20) {
            run(scenario).code(code);
        }
    }
}

#[test]
fn an_exit_destroys_no_value_that_a_closure_has_lent() {
    run("exit_with_a_value_lent_by_a_worker").code(63).says(&[]).silent();
    run("exit_with_a_value_lent_by_main").code(63).says(&[]).silent();
}

// On Windows an exit calls no handlers, so it waits for nobody: the first page says so.
#[cfg(not(windows))]
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn a_plain_exit_off_main_waits_for_the_others_and_keeps_its_code() {
    run("exit_plainly_from_worker").code(49).says(&["worker"]).silent();
    run("exit_plainly_from_hook").code(50).silent();
    run("exit_plainly_in_a_local").code(51).silent();
}

#[test]
fn a_plain_exit_does_not_wait_for_those_who_wait_for_it() {
    let places = [
        ("exit_plainly_where_joined", 53),
        ("exit_plainly_in_a_scope", 54),
        ("exit_plainly_before_ready", 55),
        ("exit_plainly_beside_main", 56),
    ];
    for (scenario, code) in places {
        for _ in 0..threadkit_tests::rounds(20) {
            run(scenario).code(code).silent();
        }
    }
}

#[test]
fn an_abort_is_an_abort() {
    run("aborting").aborts().silent();
}

#[test]
fn an_exit_in_the_middle_of_a_panic_does_not_wait() {
    run("exit_while_unwinding").code(47).reports("panicked at", 1);
}

// As above.
#[cfg(not(windows))]
#[test]
fn a_plain_exit_on_main_waits_and_keeps_its_code() {
    run("exit_plainly_from_main").code(48).says(&["worker"]).silent();
}

#[test]
fn a_client_in_a_static_does_not_hold_the_process() {
    run("client_in_a_static").code(0).says(&["main"]).silent();
}

#[test]
fn a_first_start_while_unwinding() {
    run("start_in_drop")
        .code(101)
        .says(&["true"])
        .reports("of main", 1)
        .reports("of the worker", 1);
}

/// A child whose worker ends when stdin is closed.
pub(crate) fn waiting(scenario: &str) -> Child {
    let mut command = command(scenario);
    command.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::null());
    command.spawn().unwrap()
}

/// Reads the report of a long wait, with so many notes, then lets the child end.
pub(crate) fn explained(child: Child, at_least: Duration, start: Instant, notes: usize) {
    explained_as(child, "waits for its non-daemon threads", at_least, start, notes);
}

/// The same of a wait whose report begins with a line that has these words.
pub(crate) fn explained_as(
    mut child: Child,
    words: &str,
    at_least: Duration,
    start: Instant,
    notes: usize,
) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (first, second) = (lines.next().unwrap().unwrap(), lines.next().unwrap().unwrap());
    assert!(start.elapsed() >= at_least);
    drop(child.stdin.take());
    assert!(first.contains(words), "{first}");
    assert!(second.contains("<Target(slow, started ") && second.contains(".rs:"), "{second}");
    let of_place = |line: &String| line.contains("stands in ") || line.contains("where it stands");
    let (places, rest): (Vec<_>, Vec<_>) = lines.map(Result::unwrap).partition(of_place);
    let has_stacks =
        cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));
    let place = if has_stacks { "scenarios/" } else { "where it stands is not known" };
    assert!(places.len() == 1 && places[0].contains(place), "{places:?}");
    assert!(rest.iter().all(|line| line.contains("std::process::exit")), "{rest:?}");
    assert_eq!(rest.len(), notes);
    Running::of(child).end().code(0);
}

#[test]
fn a_long_wait_is_explained_once() {
    let start = Instant::now();
    explained(waiting("explained_wait"), Duration::from_millis(100), start, 0);
}

#[test]
fn without_the_attribute_the_bound_is_ten_seconds_and_never_is_never() {
    let start = Instant::now();
    let mut never = waiting("unexplained_wait");
    // One note: what std makes of a second exit, on Linux alone.
    let notes = usize::from(cfg!(target_os = "linux"));
    explained(waiting("explained_wait_plainly"), Duration::from_secs(10), start, notes);
    drop(never.stdin.take());
    Running::of(never).end().code(0).silent();
}

#[test]
fn daemons_are_asked_to_stop_and_waited_for() {
    let ended = run("stop_daemons").code(0).silent();
    let mut lines: Vec<_> = ended.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["daemon is asked", "daemon stops", "not asked: true"]);
    run("grace_for_ever").code(0).silent();
}

#[test]
fn all_are_asked_to_stop() {
    let ended = run("stop_all").code(0).silent();
    let mut lines: Vec<_> = ended.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["worker is asked", "worker stops"]);
}

// Elsewhere there is no signal that one process sends to another.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_process() {
    let mut command = command("interrupted");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "ready\n");
    // SAFETY: `kill` touches no memory; the child has not been waited for, so the id is its.
    unsafe { libc::kill(i32::try_from(child.id()).unwrap(), libc::SIGINT) };
    Running::of(child).end().signal(libc::SIGINT);
}
