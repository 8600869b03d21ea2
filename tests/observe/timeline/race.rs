//! Timelines that come, are written and go, while threads start, wait and end.

use std::sync::atomic::{AtomicBool, Ordering};

use threadkit::{Event, Target, Timeline, spawn};

use crate::trace::Trace;

fn rounds() -> usize {
    threadkit_tests::rounds(100_000)
}

#[test]
fn timelines_come_and_go_while_threads_do() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let busy = || {
        let mut started = 0;
        while !DONE.load(Ordering::Relaxed) {
            let go = Event::new();
            threadkit::scope(|s| {
                s.spawn(|| go.wait());
                go.set();
            });
            started += 1;
        }
        started
    };
    let threads = [spawn(busy), spawn(busy)];
    for round in 0..rounds() {
        let timeline = Timeline::with_capacity(round % 100);
        if round % 50 == 0 {
            // Reading checks it.
            assert!(Trace::of(&timeline).len() <= 100);
        }
    }
    DONE.store(true, Ordering::Relaxed);
    assert!(threads.iter().all(|thread| thread.value().unwrap() > 0));
}

#[test]
fn one_is_written_while_threads_start_and_end() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let timeline = Timeline::with_capacity(1000);
    let starter = spawn(|| {
        for _ in 0..rounds() {
            Target::new(|| ()).with_name("brief").start().unwrap().join().unwrap();
        }
        DONE.store(true, Ordering::Relaxed);
    });
    let mut written = 0;
    while !DONE.load(Ordering::Relaxed) {
        let trace = Trace::of(&timeline);
        assert!(trace.len() <= 1000);
        written += 1;
    }
    starter.join().unwrap();
    // A life has a start, a beginning and an end, and its starter's wait two more.
    assert!(written > 0 && timeline.lost() >= (rounds() * 3).saturating_sub(1000) as u64);
}
