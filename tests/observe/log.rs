//! The feature `log`: one logger a process, so each test looks for its own threads.

use std::io;
use std::sync::{Mutex, Once};
use std::time::Duration;

use log::{LevelFilter, Log, Metadata, Record, set_logger, set_max_level};
use threadkit::{JoinError, Supervisor, silent, sleep, spawn, thread_class};

struct Kept(Mutex<Vec<String>>);

static KEPT: Kept = Kept(Mutex::new(Vec::new()));

impl Log for Kept {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "threadkit"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.lock().unwrap().push(format!("{} {}", record.level(), record.args()));
        }
        assert!(!record.args().to_string().contains("unlucky"), "of the logger");
    }

    fn flush(&self) {}
}

/// What was logged of the thread with this name.
fn logged(name: &str) -> Vec<String> {
    let of_it = |line: &&String| line.contains(&format!("'{name}'"));
    KEPT.0.lock().unwrap().iter().filter(of_it).cloned().collect()
}

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_logger(&KEPT).unwrap();
        set_max_level(LevelFilter::Debug);
    });
}

#[thread_class(excepthook = silent)]
struct Reader(u8);

#[thread_class]
impl Reader {
    fn run(&self) -> io::Result<()> {
        assert!(self.0 > 0, "nothing to read");
        Err(io::Error::other(Wrapped(io::Error::other("no disk"))))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unreadable")]
struct Wrapped(#[source] io::Error);

#[test]
fn failures_are_errors() {
    install();
    let panicking = Reader(0).with_name("panicking").start().unwrap();
    let Err(JoinError::Failed(exception)) = panicking.join() else { unreachable!() };
    let lines = logged("panicking");
    let [begun, failed, left] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(begun, "DEBUG thread 'panicking' (Reader) has begun");
    let place = exception.location().unwrap();
    let error = format!("ERROR thread 'panicking' panicked at {place}: nothing to read");
    assert_eq!(*failed, error);
    assert_eq!(left, "DEBUG thread 'panicking' (Reader) leaves");

    let failing = Reader(1).with_name("failing").start().unwrap();
    assert!(matches!(failing.join(), Err(JoinError::Failed(_))));
    let error = "ERROR thread 'failing' failed: unreadable; caused by: no disk";
    assert_eq!(logged("failing")[1], error);
}

#[test]
fn what_a_supervisor_does_is_a_warning() {
    install();
    let watched = Supervisor::new()
        .child("watched", || Reader(1))
        .with_max_restarts(1, Duration::MAX)
        .with_name("watching");
    assert!(watched.start().unwrap().join().is_err());
    let failure = "thread 'watched' failed: unreadable";
    let of_it: Vec<_> =
        logged("watching").into_iter().filter(|line| line.starts_with("WARN")).collect();
    let says = "WARN thread 'watching' (Supervisor)";
    let lines = ["restarts child 'watched'", "gives up on child 'watched'"];
    assert_eq!(of_it, lines.map(|line| format!("{says} {line}: {failure}")));
}

#[test]
fn a_stall_is_a_warning_and_so_is_its_end() {
    install();
    threadkit_tests::stall("stalled");
    let warnings = logged("stalled").into_iter().filter_map(|line| {
        let says = line.strip_prefix("WARN thread 'stalled' (Target) ")?;
        Some(says.to_owned()).filter(|says| !says.starts_with("was silent while"))
    });
    let warnings: Vec<_> = warnings.collect();
    let [stalls, ends] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(stalls.starts_with("has made no progress for "), "{stalls}");
    assert!(ends.starts_with("ended after "), "{ends}");
}

#[test]
fn an_orderly_end_is_no_error() {
    install();
    let stopped = spawn(|| sleep(Duration::MAX));
    stopped.request_stop();
    stopped.join().unwrap();
    let lines = logged(&stopped.name());
    assert!(lines.len() == 2 && lines.iter().all(|line| line.starts_with("DEBUG")), "{lines:?}");
}

#[test]
fn a_logger_that_panics_ends_nothing_else() {
    install();
    let unlucky = Reader(1).with_name("unlucky").start().unwrap();
    assert_eq!(unlucky.value().unwrap().unwrap_err().to_string(), "unreadable");
    assert_eq!(logged("unlucky").len(), 3);
}
