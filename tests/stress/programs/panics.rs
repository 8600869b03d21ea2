//! Failures that own much memory, and payloads that panic themselves.

use std::error::Error;
use std::fmt;
use std::panic::{catch_unwind, panic_any, resume_unwind, set_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use threadkit::{Event, Target, Thread, spawn};

use crate::{memory, wait_for_all};

const STARTERS: usize = 8;

/// An error with a long chain of sources, each of a KiB.
struct Link(String, Option<Box<Link>>);

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Link {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

fn chain(length: usize) -> Link {
    let link = |source| Link("x".repeat(1024), source);
    (1..length).fold(link(None), |chain, _| link(Some(Box::new(chain))))
}

/// A payload whose drop panics.
struct Bomb(#[expect(dead_code, reason = "it is there to be owned")] Vec<u8>);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("of a payload");
    }
}

fn fail(kind: usize) -> Thread {
    match kind {
        0 => spawn(|| panic!("{}", "x".repeat(1 << 20))).into(),
        1 => spawn(|| panic_any(vec!["payload".to_owned(); 10_000])).into(),
        2 => Target::fallible(|| Err::<(), _>(chain(500))).start().unwrap().into(),
        3 => spawn(|| resume_unwind(Box::new(Bomb(vec![0; 1 << 16])))).into(),
        _ => spawn(|| -> Bomb { Bomb(vec![0; 1 << 16]) }).into(),
    }
}

pub(crate) fn panics(rounds: usize) {
    static REPORTED: AtomicUsize = AtomicUsize::new(0);
    // A thread that is over may be the last to have its own record. What that drops is told by the panic hook alone.
    set_hook(Box::new(|_| {
        if threadkit::with_current(|thread| thread.class_name() == "DummyThread") {
            REPORTED.fetch_add(1, Ordering::Relaxed);
        }
    }));
    threadkit::set_excepthook(|args| {
        assert!(!args.exception.message().is_empty());
        REPORTED.fetch_add(1, Ordering::Relaxed);
    });
    // Of five threads four fail, and two drop what panics: that is reported, and fails nobody.
    let (failures, reports) = (STARTERS * rounds * 4, STARTERS * rounds * 6);
    println!("{failures} failures, twice");
    memory::comes_back(|| {
        REPORTED.store(0, Ordering::Relaxed);
        let failed = Arc::new(AtomicUsize::new(0));
        let starters: Vec<_> = (0..STARTERS)
            .map(|_| {
                let failed = Arc::clone(&failed);
                spawn(move || {
                    for turn in 0..rounds * 5 {
                        let Err(error) = fail(turn % 5).join() else { continue };
                        let exception = error.exception().expect("it failed");
                        // Some take the payload, some leave it to the last handle.
                        if turn % 5 == 1 {
                            assert!(exception.take_payload().is_some());
                        }
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for starter in starters {
            starter.join().expect("no payload reaches who joins");
        }
        wait_for_all();
        assert_eq!(failed.load(Ordering::Relaxed), failures);
        // Such a thread is no longer waited for.
        let start = Instant::now();
        while REPORTED.load(Ordering::Relaxed) < reports && start.elapsed().as_secs() < 60 {
            std::thread::yield_now();
        }
        assert_eq!(REPORTED.load(Ordering::Relaxed), reports);
    });
}

/// What a worker may keep of the panics that it catches, however many, with backtraces.
const KEPT: isize = 96 * 1024;

/// Workers that catch panics and go on, each with a message of its own, at the end of a deep stack.
pub(crate) fn caught(panics: usize) {
    const WORKERS: usize = 50;
    fn descend(depth: usize, text: &str) -> usize {
        let below = format!("{text}{depth}");
        assert_ne!(depth, 0, "{below}{}", "x".repeat(1024));
        descend(depth - 1, &below) + below.len()
    }
    set_hook(Box::new(|_| ()));
    let (end, started) = (Arc::new(Event::new()), memory::bytes());
    let caught = Arc::new(AtomicUsize::new(0));
    let workers = (0..WORKERS).map(|_| {
        let (end, caught) = (Arc::clone(&end), Arc::clone(&caught));
        let done = Arc::new(Event::new());
        let worker = {
            let done = Arc::clone(&done);
            spawn(move || {
                for number in 0..panics {
                    let outcome = catch_unwind(|| descend(20, &number.to_string()));
                    caught.fetch_add(usize::from(outcome.is_err()), Ordering::Relaxed);
                }
                done.set();
                end.wait();
            })
        };
        done.wait();
        worker
    });
    let workers: Vec<_> = workers.collect();
    assert_eq!(caught.load(Ordering::Relaxed), WORKERS * panics);
    let kept = (memory::bytes() - started) / isize::try_from(WORKERS).expect("a small number");
    println!("{panics} panics, {kept} bytes kept by each worker");
    assert!(kept < KEPT, "{kept} bytes");
    end.set();
    for worker in workers {
        worker.join().expect("it caught them all");
    }
}
