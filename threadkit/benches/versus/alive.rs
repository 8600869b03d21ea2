//! With many threads alive.

use std::fs;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use threadkit::{Thread, thread_class};

use crate::child;
use crate::harness::{Bar, Table, Unit, each, median, nanoseconds, time};
use crate::starts::ours_one_by_one;

const MANY: u32 = 10_000;
const STACK: usize = 64 * 1024;

/// Holds threads until it is opened.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn pass(&self) {
        let open = self.0.0.lock().expect("no panic in here");
        drop(self.0.1.wait_while(open, |open| !*open).expect("no panic in here"));
    }

    fn open(&self) {
        *self.0.0.lock().expect("no panic in here") = true;
        self.0.1.notify_all();
    }
}

#[thread_class(stack_size = STACK)]
struct Held {
    gate: Gate,
}

#[thread_class]
impl Held {
    fn run(&self) {
        self.gate.pass();
    }
}

fn ours(gate: &Gate) -> Thread<Held> {
    Held { gate: gate.clone() }.start().expect("a thread")
}

fn peer(gate: &Gate) -> thread::JoinHandle<()> {
    let gate = gate.clone();
    let builder = thread::Builder::new().name(String::from("Held-1234")).stack_size(STACK);
    builder.spawn(move || gate.pass()).expect("a thread")
}

fn join_all(threads: &[Thread<Held>]) {
    for thread in threads {
        thread.join().expect("no failure");
    }
}

/// How long a start takes, and how long a join takes.
fn ours_many() -> [f64; 2] {
    let (gate, mut threads) = (Gate::default(), Vec::with_capacity(MANY as usize));
    let start = each(MANY, || threads.extend((0..MANY).map(|_| ours(&gate))));
    gate.open();
    [start, each(MANY, || join_all(&threads))]
}

fn peer_many() -> [f64; 2] {
    let (gate, mut threads) = (Gate::default(), Vec::with_capacity(MANY as usize));
    let start = each(MANY, || threads.extend((0..MANY).map(|_| peer(&gate))));
    gate.open();
    let join = || threads.drain(..).for_each(|thread| thread.join().expect("no failure"));
    [start, each(MANY, join)]
}

pub(crate) fn measure(table: &mut Table) {
    let rows = ["10,000 alive: start", "10,000 alive: join"];
    let rows = rows.map(|what| (what.to_owned(), Bar::Ratio(1.10)));
    table.turns(rows, Unit::Nanoseconds, 11, ours_many, peer_many);
    table.turns(
        [("10,000 alive: resident memory each".to_owned(), Bar::Ratio(1.05))],
        Unit::Bytes,
        3,
        || [child::number("resident", "ours", MANY)],
        || [child::number("resident", "peer", MANY)],
    );
    // Its peer is the crate itself, alone.
    let alone = || each(50, || ours_one_by_one(50));
    table.pair(
        "start + join with 10,000 alive, over the same with none",
        Bar::Ratio(1.10),
        5,
        || {
            let gate = Gate::default();
            let threads: Vec<_> = (0..MANY).map(|_| ours(&gate)).collect();
            let taken = alone();
            gate.open();
            join_all(&threads);
            taken
        },
        alone,
    );
}

/// The resident memory of each of `many` threads, in a process of its own.
pub(crate) fn resident(who: &str, many: u32) -> f64 {
    let (gate, before) = (Gate::default(), resident_bytes());
    if who == "ours" {
        let threads: Vec<_> = (0..many).map(|_| ours(&gate)).collect();
        let taken = resident_bytes() - before;
        gate.open();
        join_all(&threads);
        taken / f64::from(many)
    } else {
        let threads: Vec<_> = (0..many).map(|_| peer(&gate)).collect();
        let taken = resident_bytes() - before;
        gate.open();
        for thread in threads {
            thread.join().expect("no failure");
        }
        taken / f64::from(many)
    }
}

/// By the kernel's count, in kibibytes.
fn resident_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a number");
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    kibibytes * 1024.0
}

/// How `enumerate` grows, and what it does to those who start meanwhile.
pub(crate) fn measure_enumerate(table: &mut Table) {
    let gate = Gate::default();
    let mut threads: Vec<_> = (0..100).map(|_| ours(&gate)).collect();
    let call = |times| each(times, || (0..times).for_each(|_| drop(threadkit::enumerate())));
    call(1000);
    let hundred = median((0..31).map(|_| call(300)));
    threads.extend((100..1000).map(|_| ours(&gate)));
    // Ten times the threads, over ten times the calls: linear is a ratio of one.
    table.pair(
        "`enumerate` of 1,000, over ten times that of 100",
        Bar::Ratio(1.25),
        31,
        || call(100),
        || hundred * 10.0,
    );
    table.pair(
        "wait of a start while another thread enumerates 1,000 without a pause, 99th percentile",
        Bar::Value(50_000.0),
        11,
        || meanwhile(|| drop(threadkit::enumerate()), longest_wait),
        || meanwhile(std::hint::spin_loop, longest_wait),
    );
    gate.open();
    join_all(&threads);
}

/// Of the registry's lock, which `active_count` takes as a start does, and does nothing else.
fn longest_wait() -> f64 {
    let call = || nanoseconds(time(|| _ = black_box(threadkit::active_count())));
    let mut waits: Vec<f64> = (0..2000).map(|_| call()).collect();
    waits.sort_by(f64::total_cmp);
    waits[waits.len() * 99 / 100]
}

/// What `measured` says while another thread does `other` without a pause.
fn meanwhile(other: impl Fn() + Sync, measured: impl Fn() -> f64) -> f64 {
    let done = AtomicBool::new(false);
    thread::scope(|s| {
        // Relaxed: the flag says nothing of other data.
        s.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                other();
            }
        });
        let taken = measured();
        done.store(true, Ordering::Relaxed);
        taken
    })
}
