//! With many threads alive.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use threadkit::Target;

use crate::harness::{Rounds, Table, time};

const MANY: usize = 10_000;
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

fn ours(gate: &Gate) -> threadkit::Thread<Target<()>> {
    let gate = gate.clone();
    Target::new(move || gate.pass()).with_stack_size(STACK).start().expect("a thread")
}

fn peer(gate: &Gate) -> thread::JoinHandle<()> {
    let gate = gate.clone();
    let name = String::from("Target-1");
    let builder = thread::Builder::new().name(name).stack_size(STACK);
    builder.spawn(move || gate.pass()).expect("a thread")
}

fn join_all(threads: &[threadkit::Thread<Target<()>>]) {
    for thread in threads {
        thread.join().expect("no failure");
    }
}

/// How long the starts, and how long the joins of many take.
fn ours_many() -> (Duration, Duration) {
    let (gate, mut threads) = (Gate::default(), Vec::with_capacity(MANY));
    let starts = time(|| threads.extend((0..MANY).map(|_| ours(&gate))));
    gate.open();
    let joins = time(|| join_all(&threads));
    (starts, joins)
}

fn peer_many() -> (Duration, Duration) {
    let (gate, mut threads) = (Gate::default(), Vec::with_capacity(MANY));
    let starts = time(|| threads.extend((0..MANY).map(|_| peer(&gate))));
    gate.open();
    let joins = time(|| threads.drain(..).for_each(|thread| thread.join().expect("no failure")));
    (starts, joins)
}

pub(crate) fn measure(table: &mut Table) {
    let many = u32::try_from(MANY).expect("a small number");
    table.pair("10,000 alive: start", "1.10", Rounds(5), many, || ours_many().0, || peer_many().0);
    table.pair("10,000 alive: join", "1.10", Rounds(5), many, || ours_many().1, || peer_many().1);
    let short = || {
        time(|| {
            for _ in 0..50 {
                threadkit::spawn(|| ()).join().expect("no failure");
            }
        })
    };
    // The peer of this row is the crate itself, alone.
    table.pair(
        "start + join with 10,000 alive, over none",
        "1.10",
        Rounds(5),
        50,
        || {
            let gate = Gate::default();
            let threads: Vec<_> = (0..MANY).map(|_| ours(&gate)).collect();
            let taken = short();
            gate.open();
            join_all(&threads);
            taken
        },
        short,
    );
    enumerate(table);
}

/// Ten times the threads, over ten times the calls: linear is a ratio of one.
fn enumerate(table: &mut Table) {
    let gate = Gate::default();
    let mut threads: Vec<_> = (0..100).map(|_| ours(&gate)).collect();
    let hundred = time(|| (0..1000).for_each(|_| drop(threadkit::enumerate())));
    threads.extend((100..1000).map(|_| ours(&gate)));
    table.pair(
        "enumerate of 1,000, over ten times that of 100",
        "linear",
        Rounds(11),
        100,
        || time(|| (0..100).for_each(|_| drop(threadkit::enumerate()))),
        || hundred,
    );
    gate.open();
    join_all(&threads);
}
