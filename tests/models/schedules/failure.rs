//! Failures: each is told once, to one hook, before anybody hears of it by a join.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use threadkit::{ExceptionKind, JoinError, Target, set_excepthook, spawn, take_excepthook};
use threadkit_schedules::runtime::written;

use crate::explore::explore;

/// Starts a thread that panics and one that returns an `Err`, calls `meanwhile`, and joins them.
fn fail_twice(meanwhile: impl FnOnce()) {
    let threads = [
        spawn(|| -> () { resume_unwind(Box::new("unwound")) }).to_thread(),
        Target::fallible(|| Err::<(), _>("returned")).start().unwrap().to_thread(),
    ];
    meanwhile();
    for thread in threads {
        assert!(matches!(thread.join(), Err(JoinError::Failed(_))));
    }
}

/// Sets a hook that counts.
fn set_counter(told: &Arc<AtomicUsize>) {
    let told = told.clone();
    set_excepthook(move |args| {
        assert!(args.thread.is_alive());
        told.fetch_add(1, SeqCst);
    });
}

/// While one hook takes the place of another, each failure is told to one of them, once.
#[test]
fn a_failure_is_told_to_one_hook() {
    explore(|| {
        let [old, new] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        set_counter(&old);
        fail_twice(|| set_counter(&new));
        assert_eq!(old.load(SeqCst) + new.load(SeqCst), 2);
        assert_eq!(written(), "");
    });
}

/// While a hook is taken away, each failure is told to it or by the default one, once.
#[test]
fn a_failure_is_told_while_the_hook_goes() {
    explore(|| {
        let told = Arc::new(AtomicUsize::new(0));
        set_counter(&told);
        fail_twice(|| drop(take_excepthook()));
        let written = written();
        let by_default = ["unwound", "returned"].map(|message| written.matches(message).count());
        assert!(by_default.iter().all(|times| *times <= 1), "{written}");
        assert_eq!(told.load(SeqCst) + by_default.iter().sum::<usize>(), 2);
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
