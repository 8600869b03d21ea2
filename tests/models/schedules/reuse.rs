//! Threads that are kept: an object comes as a thread goes idle, as an idle one goes, and as the process ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use threadkit::{Builder, Target, Thread, get_native_id, set_keep_alive, spawn};

use crate::explore::explore;

fn kept<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Thread<Target<R>> {
    Builder::new(Target::new(f)).with_reuse(true).start().unwrap()
}

/// Idle threads may go at any moment. Whoever starts meanwhile has a thread all the same.
#[test]
fn no_object_is_lost_as_an_idle_thread_goes() {
    explore(|| {
        set_keep_alive(Duration::from_millis(1));
        let starters = [1, 2].map(|number| {
            spawn(move || (0..2).map(|_| kept(move || number).value().unwrap()).sum::<u32>())
        });
        let sum: u32 = starters.iter().map(|starter| starter.value().unwrap()).sum();
        assert_eq!(sum, 6);
    });
}

/// Where none goes, a start that comes after a join has the same thread.
#[test]
fn a_start_after_a_join_finds_the_thread() {
    explore(|| {
        let first = kept(get_native_id).value().unwrap();
        let thread = kept(get_native_id);
        thread.join().unwrap();
        assert_eq!(thread.value().unwrap(), first);
        assert_eq!(kept(get_native_id).value().unwrap(), first);
        set_keep_alive(Duration::ZERO);
    });
}

/// Two who start and join have two threads at the most, in whatever order the ends and the starts come.
#[test]
fn no_more_are_kept_than_were_alive_at_once() {
    explore(|| {
        let starters = [(); 2].map(|()| {
            spawn(|| [kept(get_native_id).value().unwrap(), kept(get_native_id).value().unwrap()])
        });
        let mut ids: Vec<_> =
            starters.iter().flat_map(|starter| starter.value().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert!(ids.len() <= 2, "{ids:?}");
        set_keep_alive(Duration::ZERO);
    });
}

/// Every joiner hears of the end of an object, whose thread goes on with the next.
#[test]
fn every_joiner_of_an_object_returns() {
    explore(|| {
        let thread = kept(|| ());
        let theirs = thread.clone();
        let other = spawn(move || {
            theirs.join().unwrap();
            kept(|| ()).join().unwrap();
        });
        thread.join().unwrap();
        assert!(!thread.is_alive());
        kept(|| ()).join().unwrap();
        other.join().unwrap();
        set_keep_alive(Duration::ZERO);
    });
}

/// An unpark of an object that is over is not met by the next one: its token is gone, or comes too late.
#[test]
fn an_unpark_does_not_reach_the_next_object() {
    explore(|| {
        let first = kept(|| 0);
        let late = first.to_thread();
        let unparker = spawn(move || late.unpark());
        first.join().unwrap();
        let woken = Arc::new(AtomicUsize::new(0));
        let theirs = woken.clone();
        let second = kept(move || {
            threadkit_schedules::thread::park();
            theirs.load(SeqCst)
        });
        unparker.join().unwrap();
        woken.store(1, SeqCst);
        second.unpark();
        assert_eq!(second.value().unwrap(), 1);
        set_keep_alive(Duration::ZERO);
    });
}

/// The process ends with its last thread that is no daemon; one that is idle does not hold it.
#[test]
fn an_idle_thread_does_not_hold_the_process() {
    explore(|| {
        set_keep_alive(Duration::from_millis(1));
        drop(kept(|| ()));
    });
}
