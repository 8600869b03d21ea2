//! Thread-local data beside its peers: `local!` and `std::thread_local!`, `Local` and the `thread_local` crate.
//!
//! The two of a pair take turns, many times over, so that what else the machine does meets both; what is printed are
//! the medians in nanoseconds and their ratio.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::thread;
use std::time::Instant;

use thread_local::ThreadLocal;
use threadkit::Local;

const ROUNDS: usize = 301;
const ACCESSES: u32 = 200_000;

mod peer {
    use std::cell::{Cell, RefCell};

    thread_local! {
        pub static CONST: Cell<u64> = const { Cell::new(0) };
        pub static LAZY: Cell<u64> = Cell::new(std::hint::black_box(0));
        pub static CONST_DROP: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
        pub static LAZY_DROP: RefCell<Vec<u64>> = RefCell::new(Vec::with_capacity(1));
    }
}

mod ours {
    use std::cell::{Cell, RefCell};

    threadkit::local! {
        pub static CONST: Cell<u64> = const { Cell::new(0) };
        pub static LAZY: Cell<u64> = Cell::new(std::hint::black_box(0));
        pub static CONST_DROP: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
        pub static LAZY_DROP: RefCell<Vec<u64>> = RefCell::new(Vec::with_capacity(1));
    }
}

/// Nanoseconds for each of `count` things that `run` does.
fn time(count: u32, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Measures the two in turn.
fn compare(what: &str, mut ours: impl FnMut() -> f64, mut peer: impl FnMut() -> f64) {
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.push(ours());
        peer_times.push(peer());
    }
    let (ours, peer) = (median(our_times), median(peer_times));
    println!("{what:<34} {ours:8.3} ns {peer:8.3} ns   {:5.2}", ours / peer);
}

/// A loop of accesses that the compiler can neither merge nor hoist.
macro_rules! accesses {
    ($access:expr) => {
        || {
            time(ACCESSES, || {
                for i in 0..ACCESSES {
                    $access(u64::from(black_box(i)));
                }
            })
        }
    };
}

macro_rules! keys {
    ($what:literal, $key:ident, $f:expr) => {
        compare(
            $what,
            accesses!(|i| black_box(ours::$key.with(|v| $f(v, i)))),
            accesses!(|i| black_box(peer::$key.with(|v| $f(v, i)))),
        );
    };
}

fn add(cell: &Cell<u64>, i: u64) {
    cell.set(cell.get() + i);
}

fn look(cell: &RefCell<Vec<u64>>, i: u64) -> u64 {
    cell.borrow().len() as u64 + i
}

/// Many instances in turn.
fn instances(count: u32) {
    let ours: Vec<Local<Cell<u64>>> = (0..count).map(|_| Local::default()).collect();
    let peer: Vec<ThreadLocal<Cell<u64>>> = (0..count).map(|_| ThreadLocal::new()).collect();
    let turns = ACCESSES / count;
    compare(
        &format!("Local, with, {count} instances"),
        || {
            time(turns * count, || {
                for i in 0..turns {
                    for local in &ours {
                        local.with(|v| add(v, u64::from(black_box(i))));
                    }
                }
            })
        },
        || {
            time(turns * count, || {
                for i in 0..turns {
                    for local in &peer {
                        add(local.get_or(|| Cell::new(0)), u64::from(black_box(i)));
                    }
                }
            })
        },
    );
}

fn one_instance() {
    let ours = Local::new(|| Cell::new(0));
    let peer = ThreadLocal::new();
    compare(
        "Local, with",
        accesses!(|i| ours.with(|v| add(v, i))),
        accesses!(|i| add(peer.get_or(|| Cell::new(0)), i)),
    );
}

/// The first use of each of many instances, in a thread that has used none.
fn first_use() {
    const COUNT: u32 = 1000;
    let in_new_thread =
        |f: &(dyn Fn() -> f64 + Sync)| thread::scope(|s| s.spawn(f).join().expect("no panic"));
    compare(
        "Local, first use",
        || {
            let locals: Vec<Local<Cell<u64>>> =
                (0..COUNT).map(|_| Local::new(|| Cell::new(0))).collect();
            in_new_thread(&|| {
                time(COUNT, || {
                    for local in &locals {
                        local.with(|v| add(v, 1));
                    }
                })
            })
        },
        || {
            let locals: Vec<ThreadLocal<Cell<u64>>> =
                (0..COUNT).map(|_| ThreadLocal::new()).collect();
            in_new_thread(&|| {
                time(COUNT, || {
                    for local in &locals {
                        add(local.get_or(|| Cell::new(0)), 1);
                    }
                })
            })
        },
    );
}

fn main() {
    println!("{:<34} {:>11} {:>11}   ratio", "", "threadkit", "peer");
    keys!("local!, const", CONST, add);
    keys!("local!, lazy", LAZY, add);
    keys!("local!, const, Drop", CONST_DROP, look);
    keys!("local!, lazy, Drop", LAZY_DROP, look);
    one_instance();
    instances(8);
    instances(1000);
    first_use();
}
