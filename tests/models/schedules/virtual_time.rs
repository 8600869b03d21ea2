//! The clock of a test: it goes on when all threads of the test wait, and not before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use threadkit::attribute::{TestOptions, test};
use threadkit::{Event, Stopped, now, sleep, spawn};

use crate::explore::explore;

const HOUR: Duration = Duration::from_secs(3600);

/// Runs `body` as `#[threadkit::test(time = "virtual")]` does, and gives the message of its failure.
fn in_virtual_time(body: fn()) -> Result<(), String> {
    let options = TestOptions::new("models", "virtual_time").virtual_time();
    let outcome = catch_unwind(AssertUnwindSafe(|| test(options, body)));
    outcome.map(|_| ()).map_err(|payload| *payload.downcast::<String>().expect("a message"))
}

/// A model of a test that passes.
fn passes(body: fn()) {
    explore(move || in_virtual_time(body).unwrap());
}

#[test]
fn sleepers_wake_when_they_are_due() {
    passes(|| {
        let start = now();
        let sleepers = [2, 1].map(|hours| {
            spawn(move || {
                sleep(HOUR * hours).unwrap();
                assert_eq!(now() - start, HOUR * hours);
                sleep(HOUR * 2).unwrap();
                now() - start
            })
        });
        let ends = sleepers.map(|sleeper| sleeper.value().unwrap());
        assert_eq!(ends, [HOUR * 4, HOUR * 3]);
    });
}

/// Between the notification and the wake-up no time passes, on either kind of wait: nobody is told that the time was up.
#[test]
fn a_notification_comes_before_the_next_deadline() {
    passes(|| {
        let start = now();
        let event = Arc::new(Event::new());
        let waiters = [false, true].map(|or_stop| {
            let event = event.clone();
            spawn(move || {
                let set = if or_stop {
                    event.wait_or_stop_timeout(HOUR * 2).unwrap()
                } else {
                    event.wait_timeout(HOUR * 2)
                };
                assert!(set);
                now() - start
            })
        });
        sleep(HOUR).unwrap();
        event.set();
        assert_eq!(waiters.map(|waiter| waiter.value().unwrap()), [HOUR, HOUR]);
    });
}

/// The same for the end of a thread, of which its last destructor tells, and for a stop.
#[test]
fn an_end_and_a_stop_come_before_the_next_deadline() {
    passes(|| {
        let start = now();
        let sleeper = spawn(|| sleep(HOUR * 24));
        let joiners = [0, 1].map(|_| {
            let sleeper = sleeper.clone();
            spawn(move || {
                sleeper.join_timeout(HOUR * 2).unwrap();
                now() - start
            })
        });
        sleep(HOUR).unwrap();
        sleeper.request_stop();
        assert_eq!(sleeper.value().unwrap(), Err(Stopped));
        assert_eq!(joiners.map(|joiner| joiner.value().unwrap()), [HOUR, HOUR]);
    });
}

/// Whoever waits without a deadline is no deadlock as long as another has one, or runs.
#[test]
fn who_starts_and_who_ends_is_counted() {
    passes(|| {
        let thread = spawn(|| {
            let grandchild = spawn(|| sleep(HOUR));
            grandchild.join().unwrap();
            spawn(|| ()).join().unwrap();
        });
        thread.join().unwrap();
    });
}

/// The last that goes to sleep tells of a deadlock, whoever it is.
#[test]
fn a_deadlock_is_told() {
    explore(|| {
        let message = in_virtual_time(|| {
            let sleeper = spawn(|| sleep(Duration::MAX));
            let _ = spawn(|| sleep(HOUR));
            // The test is over by then: they are asked to stop.
            let _ = sleeper.value();
        });
        let message = message.unwrap_err();
        assert!(message.contains("are in a deadlock"), "{message}");
    });
}

/// A thread whose time is another may notify at any moment.
#[test]
fn threads_of_others_may_notify() {
    explore(|| {
        in_virtual_time(|| {
            let event = Arc::new(Event::new());
            let other = threadkit_schedules::thread::spawn({
                let event = event.clone();
                move || event.set()
            });
            let start = now();
            let set = event.wait_timeout(HOUR);
            // It may be set at the very moment at which the time is up.
            assert!(set || now() - start == HOUR);
            other.join().unwrap();
        })
        .unwrap();
    });
}
