//! Who looks at threads while they live.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use threadkit::{Event, Group, Target, Timer, dump, on_exit, on_start, scope, spawn};

use crate::explore::explore;

/// A dump sees threads in all they do, and holds none of them up: no two locks are taken in two orders.
#[test]
fn a_dump_disturbs_nobody() {
    explore(|| {
        let event = Arc::new(Event::new());
        let looks = spawn(|| (dump().threads().len(), dump().to_string().len()));
        let theirs = event.clone();
        let owner = spawn(move || {
            scope(|s| {
                s.spawn(|| theirs.wait());
            });
        });
        let mut group = Group::start((0..2).map(|_| Target::new(|| ()))).unwrap();
        group.wait_any().unwrap().1.unwrap();
        event.set();
        owner.join().unwrap();
        let (threads, length) = looks.value().unwrap();
        assert!(threads >= 2 && length > 0);
    });
}

/// Who watches all threads is told of each twice: that it begins, and that it leaves.
#[test]
fn a_watcher_is_told_of_each_thread() {
    explore(|| {
        let told = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let theirs = told.clone();
        on_start(move |_| _ = theirs.0.fetch_add(1, SeqCst));
        let theirs = told.clone();
        on_exit(move |_| _ = theirs.1.fetch_add(1, SeqCst));
        for thread in [(); 3].map(|()| spawn(|| ())) {
            thread.join().unwrap();
        }
        assert_eq!((told.0.load(SeqCst), told.1.load(SeqCst)), (3, 3));
    });
}

/// A timer is cancelled, or its function is called: never both, and never neither.
#[test]
fn a_timer_is_cancelled_or_called() {
    explore(|| {
        let calls = Arc::new(AtomicUsize::new(0));
        let theirs = calls.clone();
        let function = move || _ = theirs.fetch_add(1, SeqCst);
        let timer = Timer::new(Duration::ZERO, function).start().unwrap();
        let theirs = timer.clone();
        let other = spawn(move || usize::from(theirs.cancel()));
        let cancelled = usize::from(timer.cancel());
        timer.join().unwrap();
        assert_eq!(cancelled + other.value().unwrap() + calls.load(SeqCst), 1);
    });
}
