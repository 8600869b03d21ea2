//! Starting and joining.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use threadkit::{Thread, thread_class};

use crate::harness::{Bar, Table, each, nanoseconds};
use crate::pin::Pinned;

/// A thread that does nothing, named as a class names its threads.
#[thread_class]
pub(crate) struct Idle;

#[thread_class]
impl Idle {
    fn run(&self) -> u32 {
        black_box(1)
    }
}

/// Says when it began.
#[thread_class]
struct Begin;

#[thread_class]
impl Begin {
    fn run(&self) -> Instant {
        Instant::now()
    }
}

/// Fails with a panic.
#[thread_class]
struct Panicking;

#[thread_class]
impl Panicking {
    fn run(&self) {
        panic!("on purpose");
    }
}

pub(crate) fn ours() -> Thread<Idle> {
    Idle.start().expect("a thread")
}

pub(crate) fn peer() -> thread::JoinHandle<u32> {
    named("Idle", || black_box(1))
}

/// A thread of std that has a name, as those of a class do.
pub(crate) fn named<R: Send + 'static>(
    class: &str,
    run: impl FnOnce() -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed); // Relaxed: a number, and no more
    let name = format!("{class}-{number}");
    thread::Builder::new().name(name).spawn(run).expect("a thread")
}

fn join_all(threads: &[Thread<Idle>]) {
    for thread in threads {
        thread.join().expect("it does not fail");
    }
}

fn join_peers(threads: Vec<thread::JoinHandle<u32>>) {
    for thread in threads {
        thread.join().expect("it does not fail");
    }
}

pub(crate) fn ours_one_by_one(times: u32) {
    for _ in 0..times {
        ours().join().expect("it does not fail");
    }
}

pub(crate) fn peer_one_by_one(times: u32) {
    for _ in 0..times {
        peer().join().expect("it does not fail");
    }
}

fn ours_in_batch(threads: u32) {
    let threads: Vec<_> = (0..threads).map(|_| ours()).collect();
    join_all(&threads);
}

fn peer_in_batch(threads: u32) {
    let threads: Vec<_> = (0..threads).map(|_| peer()).collect();
    join_peers(threads);
}

/// The time of the starts alone; the joins come after.
fn ours_starts(threads: u32) -> f64 {
    let mut started = Vec::with_capacity(threads as usize);
    let taken = each(threads, || started.extend((0..threads).map(|_| ours())));
    join_all(&started);
    taken
}

fn peer_starts(threads: u32) -> f64 {
    let mut started = Vec::with_capacity(threads as usize);
    let taken = each(threads, || started.extend((0..threads).map(|_| peer())));
    join_peers(started);
    taken
}

/// From the call of start to the first instruction of the thread.
fn ours_to_first() -> f64 {
    let before = Instant::now();
    let begun = Begin.start().expect("a thread").value().expect("it does not fail");
    nanoseconds(begun - before)
}

fn peer_to_first() -> f64 {
    let before = Instant::now();
    let begun = named("Begin", Instant::now).join().expect("it does not fail");
    nanoseconds(begun - before)
}

fn from_two_threads(run: fn(u32), times: u32) -> f64 {
    let (done, finished) = mpsc::channel();
    each(times, || {
        for _ in 0..2 {
            let done = done.clone();
            thread::spawn(move || {
                run(times / 2);
                done.send(()).expect("the bench waits");
            });
        }
        finished.iter().take(2).for_each(drop);
    })
}

pub(crate) fn measure(table: &mut Table) {
    on(table, "free");
    table.pair(
        "start + join from two threads at once",
        Bar::Ratio(1.10),
        301,
        || from_two_threads(ours_one_by_one, 64),
        || from_two_threads(peer_one_by_one, 64),
    );
    match Pinned::new() {
        Ok(_pinned) => on(table, "on one processor"),
        Err(why) => table.skip("starts on one processor", why),
    }
}

fn on(table: &mut Table, processors: &str) {
    table.pair(
        format!("start + join, one at a time, {processors}"),
        Bar::Ratio(1.05),
        301,
        || each(50, || ours_one_by_one(50)),
        || each(50, || peer_one_by_one(50)),
    );
    table.pair(
        format!("start + join in batches of 32, {processors}"),
        Bar::Ratio(1.05),
        301,
        || each(32, || ours_in_batch(32)),
        || each(32, || peer_in_batch(32)),
    );
    table.pair(
        format!("start alone, {processors}"),
        Bar::Ratio(1.05),
        301,
        || ours_starts(32),
        || peer_starts(32),
    );
    table.pair(
        format!("start to first instruction, {processors}"),
        Bar::Ratio(1.05),
        3001,
        ours_to_first,
        peer_to_first,
    );
}

/// A thread that panics, where nothing is said of it.
pub(crate) fn measure_panics(table: &mut Table) {
    threadkit::set_excepthook(threadkit::silent);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    table.pair(
        "a thread that panics, with a hook that says nothing",
        Bar::Ratio(1.10),
        301,
        || each(20, || (0..20).for_each(|_| assert!(start_panicking().join().is_err()))),
        || each(20, || (0..20).for_each(|_| assert!(peer_panicking().join().is_err()))),
    );
    std::panic::set_hook(hook);
    drop(threadkit::take_excepthook());
}

fn start_panicking() -> Thread<Panicking> {
    Panicking.start().expect("a thread")
}

fn peer_panicking() -> thread::JoinHandle<()> {
    named("Panicking", || panic!("on purpose"))
}

/// Nanoseconds for one start + join, warmed up.
pub(crate) fn timed(times: u32) -> f64 {
    ours_one_by_one(times / 4);
    each(times, || ours_one_by_one(times))
}
