//! Failures: each is told once, to one hook, before anybody hears of it by a join.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use threadkit::{ExceptionKind, JoinError, Target, set_excepthook, spawn, take_excepthook};

use crate::explore::explore;

/// While one hook takes the place of another, each failure is told to one of them, once.
#[test]
fn a_failure_is_told_to_one_hook() {
    explore(|| {
        let told = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let set = |told: &Arc<AtomicUsize>| {
            let told = told.clone();
            set_excepthook(move |args| {
                assert!(args.thread.is_alive());
                told.fetch_add(1, SeqCst);
            });
        };
        set(&told[0]);
        let threads = [
            spawn(|| -> () { resume_unwind(Box::new("unwound")) }).to_thread(),
            Target::fallible(|| Err::<(), _>("returned")).start().unwrap().to_thread(),
        ];
        set(&told[1]);
        for thread in threads {
            assert!(matches!(thread.join(), Err(JoinError::Failed(_))));
        }
        let [old, new] = told.map(|told| told.load(SeqCst));
        assert_eq!(old + new, 2);
        drop(take_excepthook());
    });
}

/// All who join a thread that failed get the one exception, and the value stays where it is.
#[test]
fn all_joiners_hear_of_the_failure() {
    explore(|| {
        set_excepthook(|_| ());
        let thread = Target::fallible(|| Err::<(), _>("no disk")).start().unwrap();
        let theirs = thread.clone();
        let other = spawn(move || theirs.join().unwrap_err());
        let mine = thread.join().unwrap_err();
        let others = other.value().unwrap();
        let [mine, others] = [&mine, &others].map(|error| error.exception().unwrap());
        assert!(Arc::ptr_eq(mine, others));
        assert_eq!((mine.kind(), mine.message()), (ExceptionKind::Error, "no disk"));
        assert_eq!(thread.value().unwrap(), Err("no disk"));
    });
}
