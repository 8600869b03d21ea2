//! `Event`, against `CPython`'s `EventTests`: s40.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use threadkit::{Event, spawn};

const LONG: Duration = Duration::from_secs(60);

/// Python: `Event`: `set`, `clear`, `is_set`, `wait` with and without a timeout; no wake-up is lost
/// (`EventTests`).
/// Here: `set` and `clear` any number of times.
#[test]
fn s40_it_is_set_and_cleared_any_number_of_times() {
    static EVENT: Event = Event::new();
    assert!(!EVENT.is_set());
    for _ in 0..2 {
        EVENT.set();
        assert!(EVENT.is_set());
    }
    EVENT.wait();
    assert!(EVENT.wait_timeout(Duration::ZERO));
    for _ in 0..2 {
        EVENT.clear();
        assert!(!EVENT.is_set());
    }
    assert!(!EVENT.wait_timeout(Duration::ZERO));
}

/// Here: `set` wakes all who wait, in whichever way they wait.
#[test]
fn s40_set_wakes_all_who_wait_in_whichever_way() {
    let event = Arc::new(Event::new());
    let ways: [fn(&Event) -> bool; 5] = [
        |event| {
            event.wait();
            true
        },
        |event| event.wait_timeout(LONG),
        |event| event.wait_timeout(Duration::MAX),
        |event| event.wait_or_stop().is_ok(),
        |event| event.wait_or_stop_timeout(LONG) == Ok(true),
    ];
    let waiters: Vec<_> = ways
        .into_iter()
        .cycle()
        .take(20)
        .map(|wait| {
            let event = event.clone();
            spawn(move || wait(&event))
        })
        .collect();
    event.set();
    assert!(waiters.iter().all(|waiter| waiter.value().unwrap()));
}

/// Here: a wait with a timeout is false when the time is over, and not before.
#[test]
fn s40_a_timeout_is_waited_for_and_no_longer() {
    let event = Event::new();
    let timeout = Duration::from_millis(20);
    let begin = Instant::now();
    assert!(!event.wait_timeout(timeout));
    assert!(begin.elapsed() >= timeout);
    let begin = Instant::now();
    assert_eq!(event.wait_or_stop_timeout(timeout), Ok(false));
    assert!(begin.elapsed() >= timeout);
}

/// `CPython`'s issue 13502: who waited while the event was set has been let through, though it is clear
/// again by the time they wake.
///
/// Here: who waited when the event was set is let through, though it is clear again at once.
#[test]
fn s40_set_and_clear_at_once_lets_through_who_waited() {
    for stoppable in [false, true] {
        let (event, rounds) = (Arc::new(Event::new()), 1_000);
        let passed = Arc::new(AtomicU32::new(0));
        let waiter = spawn({
            let (event, passed) = (event.clone(), passed.clone());
            move || {
                for _ in 0..rounds {
                    let waited = if stoppable {
                        event.wait_or_stop_timeout(LONG)
                    } else {
                        Ok(event.wait_timeout(LONG))
                    };
                    assert_eq!(waited, Ok(true));
                    passed.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        while passed.load(Ordering::Relaxed) < rounds {
            event.set();
            event.clear();
        }
        waiter.join().unwrap();
    }
}
