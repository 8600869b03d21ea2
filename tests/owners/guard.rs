//! A guard's drop stops and joins.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Guard, Stopped, Target, Thread, current_thread, sleep, spawn};

use crate::{rounds, sleeper};

#[test]
fn its_drop_stops_and_joins() {
    let thread = sleeper();
    drop(Guard::new(thread.clone()));
    assert!(!thread.is_alive());
    assert_eq!(thread.value().unwrap(), Err(Stopped));
}

#[test]
fn it_derefs_to_the_thread() {
    let guard = Guard::from(sleeper());
    guard.set_name("guarded");
    assert_eq!(guard.name(), "guarded");
    guard.request_stop();
    assert_eq!(guard.value().unwrap(), Err(Stopped));
}

#[test]
fn it_guards_a_thread_of_any_class() {
    let threads = [sleeper().to_thread(), spawn(|| 1).to_thread()];
    drop(threads.clone().map(Guard::new));
    assert!(threads.iter().all(|thread: &Thread| !thread.is_alive()));

    let (thread, other) = (sleeper(), spawn(|| 1));
    let guards = [Guard::erased(thread.clone()), Guard::erased(other.to_thread())];
    drop(guards);
    assert!(!thread.is_alive() && !other.is_alive());
}

/// The owner's own `Drop` comes first: the thread runs, and has not been asked to stop.
#[test]
fn the_drop_of_its_owner_comes_before_it() {
    struct Owner {
        say: mpsc::Sender<bool>,
        guard: Guard<Target<Result<(), Stopped>>>,
    }
    impl Drop for Owner {
        fn drop(&mut self) {
            let runs = self.guard.is_alive() && !self.guard.stop_requested();
            self.say.send(runs).unwrap();
        }
    }
    let (say, hear) = mpsc::channel();
    let thread = sleeper();
    drop(Owner { say, guard: Guard::new(thread.clone()) });
    assert!(hear.recv().unwrap() && !thread.is_alive());
}

/// What the thread waits for is dropped before the guard where it is declared above it.
#[test]
fn what_is_declared_above_it_is_dropped_before_it() {
    struct Owner {
        _lines: mpsc::Sender<&'static str>,
        _guard: Guard,
    }
    let (lines, inbox) = mpsc::channel();
    let thread = spawn(move || inbox.iter().collect::<Vec<_>>());
    lines.send("one line").unwrap();
    drop(Owner { _lines: lines, _guard: Guard::erased(thread.clone()) });
    assert_eq!(thread.value().unwrap(), ["one line"]);
}

#[test]
fn an_early_return_and_a_panic_stop_it_too() {
    let thread = sleeper();
    let owner = thread.clone();
    let panicked = catch_unwind(AssertUnwindSafe(move || {
        let _guard = Guard::new(owner);
        panic!("the owner's");
    }));
    assert!(panicked.is_err());
    assert!(!thread.is_alive());
}

#[test]
fn a_timeout_bounds_the_drop() {
    let (go, gate) = mpsc::channel::<()>();
    let deaf = spawn(move || gate.recv().is_ok());
    drop(Guard::new(deaf.clone()).with_timeout(Duration::from_millis(5)));
    assert!(deaf.is_alive() && deaf.stop_requested());
    go.send(()).unwrap();
    assert!(deaf.value().unwrap());
}

#[test]
fn a_detached_thread_goes_on() {
    let thread = Guard::new(sleeper()).detach();
    assert!(thread.is_alive() && !thread.stop_requested());
    drop(Guard::new(thread));
}

/// `into_object` needs the last typed handle: a guard leaves none behind.
#[test]
fn a_detached_handle_is_the_last() {
    struct Counted(mpsc::Sender<()>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.send(()).unwrap();
        }
    }
    let (say, hear) = mpsc::channel();
    let counted = Counted(say);
    let thread = Guard::new(spawn(move || counted)).detach();
    thread.join().unwrap();
    assert!(hear.try_recv().is_err());
    drop(thread);
    hear.recv().unwrap();
}

#[test]
fn dropped_on_the_thread_itself_it_only_requests() {
    let (hand, take) = mpsc::channel::<Guard<Target<bool>>>();
    let thread = spawn(move || {
        drop(take.recv().unwrap());
        current_thread().stop_requested()
    });
    hand.send(Guard::new(thread.clone())).unwrap();
    assert!(thread.value().unwrap());
}

#[test]
fn dropped_by_a_thread_that_its_own_joins_it_only_requests() {
    let (hand, take) = mpsc::channel::<Guard<Target<()>>>();
    let owner = spawn(move || drop(take.recv().unwrap()));
    let (to_join, handle) = mpsc::channel::<Thread>();
    let guarded = spawn(move || handle.recv().unwrap().join().unwrap());
    to_join.send(owner.to_thread()).unwrap();
    hand.send(Guard::new(guarded.clone())).unwrap();
    // Whichever comes first, the join of the owner or the guard's: the other is refused or over.
    owner.join().unwrap();
    let _ = guarded.join();
    assert!(guarded.stop_requested());
}

/// The thread is asked to stop before it has begun, while it waits, and while it ends by itself.
#[test]
fn drop_against_the_start_and_the_end_joins_and_loses_nothing() {
    for round in 0..rounds() {
        let thread = spawn(move || {
            if round % 2 == 0 {
                sleep(Duration::MAX).unwrap_err();
            }
            round
        });
        drop(Guard::new(thread.clone()));
        assert!(!thread.is_alive() && thread.stop_requested());
        assert_eq!(thread.value().unwrap(), round);
    }
}
