//! Thread-local data: `local!` and `std::thread_local!`, `Local` and the `thread_local` crate.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::thread;

use thread_local::ThreadLocal;
use threadkit::Local;

use crate::harness::{Bar, Table, each};

const ROUNDS: usize = 301;
const ACCESSES: u32 = 100_000;

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

/// A loop of accesses that the compiler can neither merge nor hoist.
macro_rules! accesses {
    ($access:expr) => {
        || {
            each(ACCESSES, || {
                for i in 0..ACCESSES {
                    $access(u64::from(black_box(i)));
                }
            })
        }
    };
}

macro_rules! keys {
    ($table:ident, $what:literal, $key:ident, $f:expr) => {
        $table.pair(
            concat!("`local!`, ", $what, ", over `std::thread_local!`"),
            Bar::Ratio(1.05),
            ROUNDS,
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
fn instances(table: &mut Table, count: u32) {
    let ours: Vec<Local<Cell<u64>>> = (0..count).map(|_| Local::default()).collect();
    let peer: Vec<ThreadLocal<Cell<u64>>> = (0..count).map(|_| ThreadLocal::new()).collect();
    let turns = ACCESSES / count;
    table.pair(
        format!("`Local::with`, {count} instances in turn, over the crate `thread_local`"),
        Bar::None,
        ROUNDS,
        || {
            each(turns * count, || {
                for i in 0..turns {
                    for local in &ours {
                        local.with(|v| add(v, u64::from(black_box(i))));
                    }
                }
            })
        },
        || {
            each(turns * count, || {
                for i in 0..turns {
                    for local in &peer {
                        add(local.get_or(|| Cell::new(0)), u64::from(black_box(i)));
                    }
                }
            })
        },
    );
}

fn one_instance(table: &mut Table) {
    let ours = Local::new(|| Cell::new(0));
    let peer = ThreadLocal::new();
    table.pair(
        "`Local::with` over the crate `thread_local`",
        Bar::Ratio(1.0),
        ROUNDS,
        accesses!(|i| ours.with(|v| add(v, i))),
        accesses!(|i| add(peer.get_or(|| Cell::new(0)), i)),
    );
}

/// The first use of each of many instances, in a thread that has used none.
fn first_use(table: &mut Table) {
    const COUNT: u32 = 1000;
    let in_new_thread =
        |f: &(dyn Fn() -> f64 + Sync)| thread::scope(|s| s.spawn(f).join().expect("no panic"));
    table.pair(
        "first use of a `Local` over the crate `thread_local`",
        Bar::None,
        ROUNDS,
        || {
            let locals: Vec<Local<Cell<u64>>> =
                (0..COUNT).map(|_| Local::new(|| Cell::new(0))).collect();
            in_new_thread(&|| {
                each(COUNT, || {
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
                each(COUNT, || {
                    for local in &locals {
                        add(local.get_or(|| Cell::new(0)), 1);
                    }
                })
            })
        },
    );
}

pub(crate) fn measure(table: &mut Table) {
    keys!(table, "const", CONST, add);
    keys!(table, "lazy", LAZY, add);
    keys!(table, "const with `Drop`", CONST_DROP, look);
    keys!(table, "lazy with `Drop`", LAZY_DROP, look);
    one_instance(table);
    instances(table, 8);
    instances(table, 1000);
    first_use(table);
}
