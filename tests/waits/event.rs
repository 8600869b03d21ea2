//! `Event`, against `CPython`'s `EventTests` and beyond.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use threadkit::{Event, Stopped, Thread, spawn};

use crate::{race, rounds, spin_until};

const LONG: Duration = Duration::from_secs(60);

/// Here: no wake-up is lost in 1,000,000 rounds, and what was done before `set` is seen by who waited.
#[test]
fn s40_no_wake_up_is_lost_in_a_million_rounds() {
    // Ten events each time that the threads meet.
    race(
        threadkit_tests::rounds(1_000_000 / 10),
        || std::array::from_fn::<_, 10, _>(|_| (Event::new(), AtomicU32::new(0))),
        |events| {
            for (event, data) in events {
                data.store(7, Ordering::Relaxed);
                event.set();
            }
        },
        |events| {
            for (event, data) in events {
                event.wait();
                assert_eq!(data.load(Ordering::Relaxed), 7);
            }
        },
        |events| assert!(events.iter().all(|(event, _)| event.is_set())),
    );
}

#[test]
fn set_against_wait_or_stop_loses_no_wake_up() {
    race(
        rounds(),
        Event::new,
        Event::set,
        |event| assert_eq!(event.wait_or_stop(), Ok(())),
        |event| assert!(event.is_set()),
    );
}

/// Two threads hand each other the turn: a lost wake-up leaves both waiting.
///
/// Here: two threads that hand each other the turn: no wake-up is lost.
#[test]
fn ping_pong_loses_no_wake_up() {
    let events = Arc::new([Event::new(), Event::new()]);
    let turn = |mine: usize| {
        let events = events.clone();
        move || {
            for _ in 0..rounds() {
                events[mine].wait();
                events[mine].clear();
                events[1 - mine].set();
            }
        }
    };
    let players = [spawn(turn(0)), spawn(turn(1))];
    events[0].set();
    for player in players {
        player.join().unwrap();
    }
}

/// A thread that waits for nothing but its stop, and has begun.
fn waiting(event: &Arc<Event>) -> Thread<threadkit::Target<Result<(), Stopped>>> {
    let begun = Arc::new(AtomicBool::new(false));
    let waiter = spawn({
        let (event, begun) = (event.clone(), begun.clone());
        move || {
            begun.store(true, Ordering::Relaxed);
            event.wait_or_stop()
        }
    });
    spin_until(|| begun.load(Ordering::Relaxed));
    waiter
}

#[test]
fn stop_against_wait_loses_no_wake_up() {
    let event = Arc::new(Event::new());
    for _ in 0..rounds() {
        let waiter = waiting(&event);
        waiter.request_stop();
        assert_eq!(waiter.value().unwrap(), Err(Stopped));
    }
    // Those who were stopped have left nothing behind.
    assert_eq!(Arc::strong_count(&event), 1);
    event.set();
}

#[test]
fn stop_and_set_against_wait_end_it_whichever_comes_first() {
    for round in 0..rounds() / 10 {
        let event = Arc::new(Event::new());
        let waiter = waiting(&event);
        if round % 2 == 0 {
            event.set();
            waiter.request_stop();
        } else {
            waiter.request_stop();
            event.set();
            assert_eq!(waiter.value().unwrap(), Err(Stopped));
        }
        waiter.join().unwrap();
    }
}

#[test]
fn a_stop_wakes_only_who_asked_to_hear_of_it() {
    let event = Arc::new(Event::new());
    let deaf = spawn({
        let event = event.clone();
        move || event.wait()
    });
    deaf.request_stop();
    assert!(deaf.join_timeout(Duration::from_millis(20)).unwrap_err().is_timeout());
    event.set();
    deaf.join().unwrap();
}

#[test]
fn a_stop_comes_before_an_event_that_is_set() {
    let event = Event::new();
    event.set();
    let waiter = spawn(move || {
        threadkit::current_thread().request_stop();
        (event.wait_or_stop(), event.wait_or_stop_timeout(Duration::ZERO), event.wait_timeout(LONG))
    });
    assert_eq!(waiter.value().unwrap(), (Err(Stopped), Err(Stopped), true));
}
