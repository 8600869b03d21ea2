//! A request to stop against all that it wakes, and the end of its thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use threadkit::{
    Builder, Event, Guard, StopToken, Stopped, Target, on_stop, sleep, spawn, stop_all,
    stop_requested,
};

use crate::explore::{Flag, explore};

/// A request reaches a thread that sleeps, and one that is about to.
#[test]
fn who_sleeps_is_woken() {
    explore(|| {
        let sleeper = spawn(|| sleep(Duration::MAX));
        let theirs = sleeper.clone();
        let other = spawn(move || theirs.request_stop());
        sleeper.request_stop();
        assert_eq!(sleeper.value().unwrap(), Err(Stopped));
        other.join().unwrap();
    });
}

/// A short sleep ends by itself or by the request, and says which it was.
#[test]
fn a_short_sleep_ends_either_way() {
    explore(|| {
        let sleeper = spawn(|| {
            let slept = sleep(Duration::from_millis(1));
            if slept.is_err() {
                assert!(stop_requested());
            }
        });
        sleeper.request_stop();
        sleeper.join().unwrap();
    });
}

/// A request reaches a thread that parks, and one that is about to.
#[test]
fn who_parks_is_unparked() {
    explore(|| {
        let parked = spawn(|| {
            while !stop_requested() {
                threadkit_schedules::thread::park();
            }
        });
        parked.request_stop();
        parked.join().unwrap();
    });
}

/// Either of an event and a request ends the wait for both; where the request came first it is what counts.
#[test]
fn a_wait_for_an_event_ends_by_either() {
    explore(|| {
        let event = Arc::new(Event::new());
        let waiters = [(); 2].map(|()| {
            let event = event.clone();
            spawn(move || event.wait_or_stop())
        });
        waiters[0].request_stop();
        event.set();
        let [stopped, woken] = waiters.map(|waiter| waiter.value().unwrap());
        assert_eq!(woken, Ok(()));
        assert_eq!(stopped, Err(Stopped));
    });
}

/// A callback is called once, whoever asks and however often; that of the starter also where the thread is over before,
/// that of the thread unless it goes with the thread first.
#[test]
fn a_callback_is_called_once() {
    explore(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let count = || {
            let calls = calls.clone();
            move || _ = calls.fetch_add(1, SeqCst)
        };
        let (before, inside) = (count(), count());
        let thread = Builder::new(Target::new(|| on_stop(inside))).on_stop(before).start().unwrap();
        let theirs = thread.clone();
        let other = spawn(move || theirs.request_stop());
        thread.request_stop();
        other.join().unwrap();
        thread.join().unwrap();
        let calls = calls.load(SeqCst);
        assert!(calls == 1 || calls == 2, "{calls}");
    });
}

/// A request that a callback passes on reaches the thread at the end of the chain.
#[test]
fn a_token_passes_its_request_on() {
    explore(|| {
        let token = StopToken::new();
        let theirs = token.clone();
        let thread = spawn(move || {
            on_stop(move || theirs.request_stop());
            sleep(Duration::MAX)
        });
        let waits = token.clone();
        let waiter = spawn(move || waits.sleep(Duration::MAX));
        thread.request_stop();
        assert_eq!(thread.value().unwrap(), Err(Stopped));
        assert_eq!(waiter.value().unwrap(), Err(Stopped));
    });
}

/// All who are alive are asked, those included that have not begun.
#[test]
fn all_are_asked() {
    explore(|| {
        let threads = [(); 2].map(|()| spawn(|| sleep(Duration::MAX)));
        stop_all();
        for thread in threads {
            assert_eq!(thread.value().unwrap(), Err(Stopped));
        }
    });
}

/// Whoever lets go of a guard finds its thread over, whatever it was doing.
#[test]
fn a_guard_ends_its_thread() {
    explore(|| {
        let over = Flag::default();
        let theirs = over.clone();
        let guard = Guard::new(spawn(move || {
            let _ = sleep(Duration::MAX);
            theirs.raise();
        }));
        let thread = guard.to_thread();
        drop(guard);
        assert!(over.is_raised() && !thread.is_alive());
    });
}
