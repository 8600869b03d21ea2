//! What a dump says that threads wait for.

use std::sync::mpsc;
use std::thread::yield_now;
use std::time::Duration;

use threadkit::{
    Builder, Event, Group, Guard, StopToken, Target, Thread, Timer, WaitsFor, current_thread,
    ready, scope, spawn,
};

use super::{row_of, wait_of};
use crate::sleeper;

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn a_sleep_is_seen_and_passes() {
    for sleep in [threadkit::sleep, |time| StopToken::current().sleep(time)] {
        assert!(matches!(wait_of(&Guard::new(spawn(move || sleep(LONG)))), WaitsFor::Sleep));
    }
    let timer = Guard::new(Timer::new(LONG, || ()).start().unwrap());
    assert!(matches!(wait_of(&timer), WaitsFor::Sleep));
    let (go, gate) = mpsc::channel::<()>();
    let (say, hear) = mpsc::channel();
    let rested = spawn(move || {
        threadkit::sleep(Duration::from_millis(1)).unwrap();
        say.send(()).unwrap();
        gate.recv().unwrap();
    });
    hear.recv().unwrap();
    assert!(row_of(&rested).unwrap().waits_for().is_none());
    go.send(()).unwrap();
}

#[test]
fn joins_of_every_kind_say_of_whom() {
    let awaited = Guard::new(sleeper().to_thread());
    let joins: [fn(&Thread); 2] = [
        |thread| drop(thread.join()),
        |thread| drop(thread.join_timeout(Duration::from_secs(3600))),
    ];
    for join in joins {
        let target = awaited.clone();
        let waiter = spawn(move || join(&target));
        match wait_of(&waiter) {
            WaitsFor::End(thread) => assert_eq!(thread, *awaited),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_timed_join_closes_no_cycle() {
    let (hand, take) = mpsc::channel::<Thread>();
    let first = spawn(move || take.recv().unwrap().join());
    let second = {
        let first = first.to_thread();
        spawn(move || first.join_timeout(Duration::from_millis(200)))
    };
    // Seen waiting, or already at the end of its time: then there is no cycle to close.
    while row_of(&second).is_some_and(|row| row.waits_for().is_none()) {
        yield_now();
    }
    hand.send(second.to_thread()).unwrap();
    first.value().unwrap().expect("the timed join ends by itself");
    assert!(second.value().is_ok());
}

#[test]
fn who_waits_for_readiness_says_of_whom() {
    for timeout in [Duration::MAX, Duration::from_secs(3600)] {
        let (say, hear) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let starter = spawn(move || {
            let slow = Target::new(move || {
                say.send(current_thread()).unwrap();
                gate.recv().unwrap();
                ready();
            });
            Builder::new(slow).start_ready_timeout(timeout).is_ok()
        });
        let slow: Thread = hear.recv().unwrap();
        match wait_of(&starter) {
            WaitsFor::Ready(thread) => assert_eq!(thread, slow),
            other => panic!("{other:?}"),
        }
        go.send(()).unwrap();
        assert!(starter.value().unwrap());
    }
}

#[test]
fn who_waits_for_a_group_says_so() {
    let (first, second) = (sleeper(), sleeper());
    let mut group = Group::new();
    group.push(first.clone());
    group.push(second);
    let waiter = spawn(move || group.wait_any().is_some());
    assert!(matches!(wait_of(&waiter), WaitsFor::Group));
    first.request_stop();
    assert!(waiter.value().unwrap());
}

#[test]
fn a_sleep_without_an_end_waits_for_the_stop() {
    for sleep in [threadkit::sleep, |time| StopToken::current().sleep(time)] {
        let sleeper = Guard::new(spawn(move || sleep(Duration::MAX)));
        assert!(matches!(wait_of(&sleeper), WaitsFor::Stop));
    }
}

#[test]
fn waits_for_an_event_say_whether_a_stop_ends_them_too() {
    static EVENT: Event = Event::new();
    let waits: [(fn(), &str); 4] = [
        (|| EVENT.wait(), "event"),
        (|| assert!(EVENT.wait_timeout(LONG)), "event"),
        (|| EVENT.wait_or_stop().unwrap(), "event or stop"),
        (|| assert!(EVENT.wait_or_stop_timeout(LONG).unwrap()), "event or stop"),
    ];
    for (wait, text) in waits {
        EVENT.clear();
        let waiter = spawn(wait);
        assert_eq!(wait_of(&waiter).to_string(), text);
        EVENT.set();
        waiter.join().unwrap();
    }
}

#[test]
fn the_owner_of_a_scope_waits_at_its_end() {
    let inside = Event::new();
    scope(|outer| {
        let owner = outer.spawn(|| {
            scope(|s| {
                s.spawn(|| inside.wait());
                s.spawn(|| inside.wait());
            });
        });
        assert!(matches!(wait_of(&owner), WaitsFor::Scope));
        inside.set();
    });
}
