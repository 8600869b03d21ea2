//! Starts and joins threads, for `tests/exact.rs` to count what that costs.

// The allocator is the bench's.
#[path = "../../../threadkit/benches/versus/counting.rs"]
mod counting;

use std::env;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use threadkit::{Builder, Event, Group, Target, thread_class};

use counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A thread that does nothing, named as a class names its threads.
#[thread_class]
struct Idle;

#[thread_class]
impl Idle {
    fn run(&self) -> u32 {
        black_box(1)
    }
}

fn class() {
    Idle.start().expect("a thread").join().expect("it does not fail");
}

fn closure() {
    threadkit::spawn(|| black_box(1)).join().expect("it does not fail");
}

fn scoped() {
    threadkit::scope(|s| drop(s.spawn(|| black_box(1))));
}

/// One that can be woken from its sleep.
fn sleeping() {
    let thread = threadkit::spawn(|| threadkit::sleep(Duration::ZERO));
    thread.join().expect("it does not fail");
}

/// Threads that are drained one by one: of all of them the group has to know when the first is over.
fn drained(count: usize) {
    let gate = Arc::new(Event::new());
    let mut group: Group<_> = (0..count)
        .map(|_| {
            let gate = gate.clone();
            threadkit::spawn(move || gate.wait())
        })
        .collect();
    assert!(group.try_wait_any().is_none());
    gate.set();
    while let Some((_, outcome)) = group.wait_any() {
        outcome.expect("it does not fail");
    }
}

/// Std's, named as a class names its threads.
fn std() {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let name = format!("Idle-{}", NUMBER.fetch_add(1, Ordering::Relaxed)); // a number, and no more
    let thread = thread::Builder::new().name(name).spawn(|| black_box(1)).expect("a thread");
    thread.join().expect("it does not fail");
}

fn progress() {
    black_box(());
    threadkit::progress();
}

const KINDS: [(&str, fn()); 9] = [
    ("class", class),
    ("closure", closure),
    ("scoped", scoped),
    ("sleeping", sleeping),
    ("std", std),
    ("progress", progress),
    ("nothing", || black_box(())),
    ("drained-64", || drained(64)),
    ("drained-256", || drained(256)),
];

/// `threadkit-exact` prints the allocations and bytes of each kind; `threadkit-exact KIND TIMES` only does it so often, for
/// callgrind to look at, and with a third argument it does so on a thread that the watchdog looks after.
fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [kind, times, rest @ ..] = &arguments[..] {
        let known = KINDS.iter().find(|(name, _)| name == kind);
        let (_, call) = known.expect("one of the kinds");
        let times: u32 = times.parse().expect("a number");
        let calls = move || (0..times).for_each(|_| call());
        if rest.is_empty() {
            calls();
        } else {
            // For so long that the watchdog has no look at it.
            let watched =
                Builder::new(Target::new(calls)).with_stall_after(Duration::from_secs(1 << 20));
            watched.start().expect("a thread").join().expect("it does not fail");
        }
    } else {
        for (kind, start) in KINDS {
            // Once before: what is allocated once a process is no thread's.
            start();
            let (allocations, bytes) = count(start);
            println!("{kind} {allocations} {bytes}");
        }
    }
}
