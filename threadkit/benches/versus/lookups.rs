//! What costs nanoseconds: looking at a thread, and at the current one.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use threadkit::{Builder, Target, Thread};

use crate::harness::{Bar, Table, each};

const TIMES: u32 = 20_000;
const ROUNDS: usize = 301;

fn repeat<R>(mut f: impl FnMut() -> R) -> f64 {
    each(TIMES, || {
        for _ in 0..TIMES {
            black_box(f());
        }
    })
}

pub(crate) fn measure(table: &mut Table) {
    let (keep_ours, ours_kept) = mpsc::channel::<()>();
    let ours = threadkit::spawn(move || ours_kept.recv().is_ok());
    let (keep_peer, peer_kept) = mpsc::channel::<()>();
    let peer = thread::spawn(move || peer_kept.recv().is_ok());
    table.pair(
        "`is_alive` over std's `is_finished`",
        Bar::Ratio(1.2),
        ROUNDS,
        || repeat(|| black_box(&ours).is_alive()),
        || repeat(|| black_box(&peer).is_finished()),
    );
    drop((keep_ours, keep_peer));
    table.pair(
        "`current_thread()` over std's `current()`",
        Bar::Ratio(1.1),
        ROUNDS,
        || repeat(threadkit::current_thread),
        || repeat(thread::current),
    );
    table.pair(
        "`with_current` over std's `current()`",
        Bar::Ratio(0.1),
        ROUNDS,
        || repeat(|| threadkit::with_current(Thread::ident)),
        || repeat(thread::current),
    );
    table.pair(
        "`progress()` of a watched thread over a `fetch_add`",
        Bar::Value(2.0),
        ROUNDS,
        || watched(|| repeat(threadkit::progress)),
        || watched(|| repeat(|| COUNTER.fetch_add(1, Ordering::Relaxed))),
    );
}

/// What a watchdog that is written by hand has its threads count.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// Calls `f` on a thread of which the watchdog knows.
fn watched(f: fn() -> f64) -> f64 {
    let thread = Builder::new(Target::new(f)).with_stall_after(Duration::from_secs(3600));
    thread.start().expect("a thread").value().expect("it does not fail")
}
