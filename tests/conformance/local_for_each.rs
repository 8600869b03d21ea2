//! `Local::for_each`: whom it visits, and what its closure may do.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

use threadkit::Local;

#[test]
fn visits_every_live_threads_value_once() {
    const THREADS: u32 = 8;
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let local = Local::new(|| COUNT.fetch_add(1, Ordering::Relaxed));
    let (used, ended) = (Barrier::new(THREADS as usize + 1), Barrier::new(THREADS as usize + 1));
    let visited = || {
        let mut visited = Vec::new();
        local.for_each(|value| visited.push(*value));
        visited
    };
    thread::scope(|s| {
        let use_and_wait = || {
            local.with(|_| ());
            used.wait();
            ended.wait();
        };
        let threads: Vec<_> = (0..THREADS).map(|_| s.spawn(use_and_wait)).collect();
        used.wait();
        let all = visited();
        assert_eq!(all.len(), THREADS as usize);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), (0..THREADS).collect());
        ended.wait();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(visited(), [] as [u32; 0]);
}

#[test]
fn inside_of_it_threads_start_and_end_and_use_the_instance() {
    let local = Local::new(|| AtomicU32::new(0));
    local.with(|value| value.store(1, Ordering::Relaxed));
    let mut visits = 0;
    local.for_each(|_| {
        visits += 1;
        thread::scope(|s| {
            let work = || {
                local.with(|value| value.store(2, Ordering::Relaxed));
                let mut seen = 0;
                local.for_each(|value| seen += value.load(Ordering::Relaxed));
                assert_eq!(seen, 3);
            };
            s.spawn(work).join().unwrap();
        });
        Local::new(|| 0).with(|_| ());
    });
    assert_eq!(visits, 1, "the thread's value came after the call");
}

/// Tells when it is dropped, and where.
struct Tell(mpsc::Sender<thread::ThreadId>);

impl Drop for Tell {
    fn drop(&mut self) {
        let _ = self.0.send(thread::current().id());
    }
}

#[test]
fn a_value_whose_thread_ends_while_it_is_visited_is_dropped_by_the_visitor() {
    let (told, tells) = mpsc::channel();
    let local = Local::new(move || Tell(told.clone()));
    let (used, was_used) = mpsc::channel();
    let (end, may_end) = mpsc::channel::<()>();
    thread::scope(|s| {
        let local = &local;
        let thread = s.spawn(move || {
            local.with(|_| ());
            used.send(()).unwrap();
            let _ = may_end.recv();
        });
        was_used.recv().unwrap();
        let mut ends = Some((end, thread));
        local.for_each(|_: &Tell| {
            let (end, thread) = ends.take().expect("one value");
            drop(end);
            thread.join().unwrap();
            assert!(tells.try_recv().is_err(), "dropped under the visitor's eyes");
        });
    });
    assert_eq!(tells.try_recv(), Ok(thread::current().id()));
}

#[test]
fn a_value_that_ended_before_its_turn_is_not_visited() {
    let local = Local::new(|| AtomicBool::new(false));
    let (used, was_used) = mpsc::channel();
    let (end, may_end) = mpsc::channel::<()>();
    thread::scope(|s| {
        let local = &local;
        local.with(|_| ());
        let thread = s.spawn(move || {
            local.with(|value| value.store(true, Ordering::Relaxed));
            used.send(()).unwrap();
            let _ = may_end.recv();
        });
        was_used.recv().unwrap();
        let mut ends = Some((end, thread));
        let mut visits = Vec::new();
        local.for_each(|value| {
            visits.push(value.load(Ordering::Relaxed));
            if let Some((end, thread)) = ends.take() {
                drop(end);
                thread.join().unwrap();
            }
        });
        // Either this thread's value came first, and the other was gone by then, or the other was visited as it ended.
        assert!(matches!(visits[..], [false] | [true, false]), "{visits:?}");
    });
}

#[test]
fn a_panic_of_the_closure_keeps_no_value() {
    let value = Arc::new(());
    let local = Local::new({
        let value = Arc::clone(&value);
        move || Arc::clone(&value)
    });
    local.with(|_| ());
    let panics = std::panic::AssertUnwindSafe(|| local.for_each(|_| panic!("on purpose")));
    assert!(std::panic::catch_unwind(panics).is_err());
    drop(local);
    assert_eq!(Arc::strong_count(&value), 1);
}
