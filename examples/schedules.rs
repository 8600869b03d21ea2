//! Tests under schedules and in virtual time:
//!
//! ```sh
//! RUSTFLAGS="--cfg threadkit_model" cargo test -p threadkit-schedules-tests --test examples --target-dir target/model
//! ```
//!
//! Without the cfg the tests that need it are left out; the rest of a program's tests go on as ever.
#![cfg(threadkit_model)]

use std::time::Duration;

use threadkit::{Event, Group, Stopped, Supervisor, thread_class};
use threadkit_schedules::sync::atomic::{AtomicU32, Ordering::SeqCst};
use threadkit_schedules::sync::{Arc, Mutex};
use threadkit_schedules::time::Instant;
use threadkit_schedules::{replay, schedules};

/// Counts what passes a gate. Between its load and its store another thread may do the same.
#[thread_class]
struct Counter {
    total: Arc<AtomicU32>,
}

#[thread_class]
impl Counter {
    fn run(&self) {
        let seen = self.total.load(SeqCst);
        self.total.store(seen + 1, SeqCst);
    }
}

fn two_count() {
    let total = Arc::new(AtomicU32::new(0));
    let counters = (0..2).map(|_| Counter { total: total.clone() });
    Group::start(counters).unwrap().join().unwrap();
    assert_eq!(total.load(SeqCst), 2);
}

fn report_of(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    *std::panic::catch_unwind(f).unwrap_err().downcast().unwrap()
}

/// The update that is lost once a month on real threads is found at once, and again by its seed.
#[test]
fn a_lost_update_is_found_and_replayed() {
    let report = report_of(|| schedules(1000, two_count));
    assert!(report.contains("left: 1") && report.contains("examples/schedules.rs"), "{report}");
    let seed = report.split("THREADKIT_REPLAY=").nth(1).unwrap().split(',').next().unwrap();
    let again = report_of(|| replay(seed, two_count));
    assert!(again.contains("left: 1"), "{again}");
}

/// A feed whose server is away for the first hour.
#[thread_class]
struct Feed {
    back_at: Instant,
    connected: Arc<Event>,
}

#[thread_class]
impl Feed {
    fn run(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        if Instant::now() < self.back_at {
            return Err("connection refused".into());
        }
        self.connected.set();
        threadkit::sleep(Duration::MAX)?;
        Ok(())
    }
}

/// A supervisor's pauses between restarts grow to hours, and take none.
#[test]
fn a_feed_comes_back_after_hours() {
    schedules(100, || {
        let begun = Instant::now();
        let back_at = begun + Duration::from_secs(3600);
        let connected = Arc::new(Event::new());
        let theirs = connected.clone();
        let supervisor = Supervisor::new()
            .with_max_restarts(100, Duration::from_secs(1))
            .with_backoff(Duration::from_secs(1), Duration::from_secs(600))
            .child("feed", move || Feed { back_at, connected: theirs.clone() })
            .start()
            .unwrap();
        connected.wait();
        assert!(begun.elapsed() >= Duration::from_secs(3600));
        supervisor.request_stop();
        supervisor.join().unwrap();
    });
}

/// What was written to a store, and whether it is open.
#[derive(Default)]
struct Store {
    closed: bool,
    rows: Vec<u32>,
}

/// Writes what it still has when it is asked to stop.
#[thread_class]
struct Writer {
    store: Arc<Mutex<Store>>,
    number: u32,
}

#[thread_class]
impl Writer {
    fn run(&self) -> Result<(), Stopped> {
        let stopped = threadkit::sleep(Duration::MAX);
        let mut store = self.store.lock().unwrap();
        assert!(!store.closed, "row {} comes too late", self.number);
        store.rows.push(self.number);
        stopped
    }
}

fn shut_down(writers_first: bool) {
    let store = Arc::new(Mutex::new(Store::default()));
    let writers = (1..=2).map(|number| Writer { store: store.clone(), number });
    let writers = Group::start(writers).unwrap();
    writers.request_stop();
    if writers_first {
        writers.join().unwrap();
    }
    store.lock().unwrap().closed = true;
    writers.join().unwrap();
    assert_eq!(store.lock().unwrap().rows.len(), 2);
}

/// The store is closed when its writers are over, and not when they have been asked to stop.
#[test]
fn the_store_is_closed_last() {
    schedules(1000, || shut_down(true));
    let report = report_of(|| schedules(1000, || shut_down(false)));
    assert!(report.contains("comes too late") && report.contains("Writer-"), "{report}");
}
