//! Starting and joining.

use std::hint::black_box;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use threadkit::{Thread, thread_class};

use crate::harness::{Rounds, Table, pin, time};

/// A thread that does nothing, named as a class names its threads.
#[thread_class]
struct Idle;

#[thread_class]
impl Idle {
    fn run(&self) -> u32 {
        black_box(1)
    }
}

fn ours() -> Thread<Idle> {
    Idle.start().expect("a thread")
}

fn peer() -> thread::JoinHandle<u32> {
    let name = format!("Idle-{}", black_box(7));
    thread::Builder::new().name(name).spawn(|| black_box(1)).expect("a thread")
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

fn ours_one_by_one(times: u32) {
    for _ in 0..times {
        ours().join().expect("it does not fail");
    }
}

fn peer_one_by_one(times: u32) {
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
fn ours_starts(threads: u32) -> Duration {
    let mut started = Vec::with_capacity(threads as usize);
    let taken = time(|| started.extend((0..threads).map(|_| ours())));
    join_all(&started);
    taken
}

fn peer_starts(threads: u32) -> Duration {
    let mut started = Vec::with_capacity(threads as usize);
    let taken = time(|| started.extend((0..threads).map(|_| peer())));
    join_peers(started);
    taken
}

/// From the call of start to the first instruction of the thread.
fn ours_to_first() -> Duration {
    let before = Instant::now();
    threadkit::spawn(Instant::now).value().expect("it does not fail") - before
}

fn peer_to_first() -> Duration {
    let before = Instant::now();
    thread::spawn(Instant::now).join().expect("it does not fail") - before
}

fn from_two_threads(run: fn(u32), times: u32) -> Duration {
    let (done, finished) = mpsc::channel();
    time(|| {
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
    let one_by_one = |table: &mut Table, how: &str| {
        table.pair(
            format!("start + join, one at a time, {how}"),
            "1.05",
            Rounds(101),
            50,
            || time(|| ours_one_by_one(50)),
            || time(|| peer_one_by_one(50)),
        );
    };
    one_by_one(table, "free");
    let how = if pin("0") { "pinned to one processor" } else { "not pinned (no taskset)" };
    one_by_one(table, how);
    pin("0-1023");
    table.pair(
        "start + join in batches of 32",
        "1.05",
        Rounds(101),
        32,
        || time(|| ours_in_batch(32)),
        || time(|| peer_in_batch(32)),
    );
    table.pair(
        "start + join from two threads at once",
        "1.10",
        Rounds(101),
        64,
        || from_two_threads(ours_one_by_one, 64),
        || from_two_threads(peer_one_by_one, 64),
    );
    table.pair("start alone", "1.05", Rounds(101), 32, || ours_starts(32), || peer_starts(32));
    table.pair("start to first instruction", "1.05", Rounds(1001), 1, ours_to_first, peer_to_first);
    panics(table);
}

/// A thread that panics, where nothing is said of it.
fn panics(table: &mut Table) {
    threadkit::set_excepthook(threadkit::silent);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    table.pair(
        "a thread that panics, with hooks that say nothing",
        "1.10",
        Rounds(101),
        20,
        || {
            time(|| {
                for _ in 0..20 {
                    assert!(threadkit::spawn(|| panic!("on purpose")).join().is_err());
                }
            })
        },
        || {
            time(|| {
                for _ in 0..20 {
                    assert!(thread::spawn(|| panic!("on purpose")).join().is_err());
                }
            })
        },
    );
    std::panic::set_hook(hook);
    drop(threadkit::take_excepthook());
}
