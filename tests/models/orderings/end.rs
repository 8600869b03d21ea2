//! The end of a thread: its flags, and those who wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Wake, Waker};

use loom::thread;

use super::Data;

// A model takes in no more than it needs.
#[allow(dead_code)]
#[path = "../../../threadkit/src/core/end.rs"]
mod code;

use code::{End, Flags, OVER, READY, UNPARKED};

/// What a thread's record has of this.
struct Record {
    flags: Flags,
    end: End,
    data: Data,
}

impl Record {
    fn new() -> Arc<Self> {
        Arc::new(Self { flags: Flags::new(0), end: End::new(), data: Data::new() })
    }

    fn is_over(&self) -> bool {
        self.flags.is(OVER)
    }

    /// What a thread does, and then its end.
    fn run(&self) {
        self.data.write();
        self.end.reach(|| self.flags.set(OVER)).wake();
    }

    fn start(self: &Arc<Self>) -> thread::JoinHandle<()> {
        let record = self.clone();
        thread::spawn(move || record.run())
    }
}

/// Who sees the thread over, without a lock, sees what it did.
#[test]
fn who_sees_the_end_sees_what_led_to_it() {
    loom::model(|| {
        let record = Record::new();
        let thread = record.start();
        if record.is_over() {
            record.data.assert_written();
        }
        thread.join().unwrap();
    });
}

/// Who waits for the flag is woken, and sees what led to it.
#[test]
fn who_waits_for_the_flag_is_woken() {
    loom::model(|| {
        let record = Record::new();
        let thread = record.start();
        record.end.wait_for(None, || record.is_over());
        record.data.assert_written();
        thread.join().unwrap();
    });
}

/// Of two who wait one has the system's thread and the other the flag; both return.
#[test]
fn both_ways_to_wait_end() {
    loom::model(|| {
        let record = Record::new();
        record.end.set_join_handle(record.start(), || record.is_over());
        let theirs = record.clone();
        let other = thread::spawn(move || {
            theirs.end.wait(|| theirs.is_over());
            theirs.data.assert_written();
        });
        record.end.wait(|| record.is_over());
        record.data.assert_written();
        other.join().unwrap();
    });
}

/// A thread that is over keeps nothing of the system's, whether its starter or its end comes first to the handle.
#[test]
fn the_end_lets_the_systems_thread_go() {
    loom::model(|| {
        let record = Record::new();
        let theirs = record.clone();
        let thread = thread::spawn(move || {
            theirs.end.set_thread(thread::current(), || false);
            theirs.run();
        });
        record.end.set_join_handle(thread, || record.is_over());
        record.end.wait_for(None, || record.is_over());
        assert!(record.end.has_let_go());
    });
}

/// A thread that is ready, and then over, wakes who waits for either.
#[test]
fn readiness_is_heard() {
    loom::model(|| {
        let record = Record::new();
        let theirs = record.clone();
        let thread = thread::spawn(move || {
            theirs.data.write();
            theirs.end.announce(|| theirs.flags.set(READY));
        });
        record.end.wait_for(None, || record.flags.is(READY | OVER));
        record.data.assert_written();
        thread.join().unwrap();
    });
}

/// An `unpark` reaches a thread whether it is known by then or not.
#[test]
fn an_unpark_is_not_lost() {
    loom::model(|| {
        let record = Record::new();
        let theirs = record.clone();
        let thread = thread::spawn(move || {
            theirs.end.set_thread(thread::current(), || theirs.flags.is(UNPARKED));
            thread::park();
        });
        record.end.unpark(|| record.flags.set(UNPARKED));
        thread.join().unwrap();
    });
}

/// A waker that the end has kept is woken, once; one that comes too late is refused.
#[test]
fn a_waker_is_woken_or_refused() {
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    loom::model(|| {
        let record = Record::new();
        let thread = record.start();
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(count.clone());
        let kept = record.end.keep_waker(&mut None, waker, || record.is_over());
        if !kept {
            record.data.assert_written();
        }
        thread.join().unwrap();
        assert_eq!(count.0.load(SeqCst), usize::from(kept));
    });
}
