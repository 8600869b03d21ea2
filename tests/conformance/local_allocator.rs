//! A global allocator that uses keys of `local!`, as it may use those of `std::thread_local!`: their first use does not
//! allocate, so the allocator is not called from within itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use threadkit::Local;

/// Counts the blocks of one thread; dropped with it.
struct Tally(Cell<u64>);

impl Tally {
    const fn new() -> Self {
        Self(Cell::new(0))
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::Relaxed);
    }
}

static DROPPED: AtomicU64 = AtomicU64::new(0);
static REENTERED: AtomicU64 = AtomicU64::new(0);

std::thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// After so many blocks the allocator uses `LATE` for the first time.
    static LATE_AT: Cell<Option<u64>> = const { Cell::new(None) };
}

/// How many keys a thread uses at its first block: more than memory is taken for at once.
const KEYS: u64 = 10;

threadkit::local! {
    static LAZY_1: Tally = Tally::new();
    static LAZY_2: Tally = Tally::new();
    static LAZY_3: Tally = Tally::new();
    static LAZY_4: Tally = Tally::new();
    static LAZY_5: Tally = Tally::new();
    static LAZY_6: Tally = Tally::new();
    static CONST_1: Tally = const { Tally::new() };
    static CONST_2: Tally = const { Tally::new() };
    static CONST_3: Tally = const { Tally::new() };
    static CONST_4: Tally = const { Tally::new() };
    static LATE: Tally = const { Tally::new() };
    #[inherit]
    static INHERITED: Cell<u64> = Cell::new(0);
}

/// Counts a block in each key; in a thread's last moments they are gone.
fn count() {
    if INSIDE.replace(true) {
        REENTERED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    let lazy = [&LAZY_1, &LAZY_2, &LAZY_3, &LAZY_4, &LAZY_5, &LAZY_6];
    for key in lazy.into_iter().chain([&CONST_1, &CONST_2, &CONST_3, &CONST_4]) {
        let _ = key.try_with(|tally| tally.0.set(tally.0.get() + 1));
    }
    let _ = INHERITED.try_with(|count| count.set(count.get() + 1));
    let late = LATE_AT.replace(None);
    if late == Some(0) {
        let _ = LATE.try_with(|tally| tally.0.set(1));
    } else {
        LATE_AT.set(late.map(|late| late - 1));
    }
    INSIDE.set(false);
}

struct Counting;

// SAFETY: all is done by `System`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller's.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many blocks this thread has taken and given back, by its keys.
fn counted() -> u64 {
    let counts = [&LAZY_1, &LAZY_6, &CONST_1, &CONST_4].map(|key| key.with(|tally| tally.0.get()));
    assert!(counts.iter().all(|count| *count == counts[0]), "{counts:?}");
    counts[0]
}

/// One test, as the allocator counts for the whole process.
#[test]
fn a_global_allocator_uses_keys() {
    let work = || {
        let before = counted();
        drop(Box::new(before));
        counted() - before
    };
    assert_eq!(work(), 2);
    let dropped = || DROPPED.load(Ordering::Relaxed);
    let before = dropped();
    assert_eq!(thread::spawn(work).join().unwrap(), 2);
    assert_eq!(dropped(), before + KEYS);
    let thread = threadkit::spawn(work);
    assert_eq!(thread.value().unwrap(), 2);
    assert_eq!(dropped(), before + 2 * KEYS);
    assert_eq!(REENTERED.load(Ordering::Relaxed), 0, "a first use allocates");
    at_any_block();
}

/// The allocator may begin to use a key at any block: at those, too, that a `Local` takes for its own lists.
fn at_any_block() {
    let used_late = (0..60).map(|late| {
        let use_locals = move || {
            let locals: Vec<_> = (0..12).map(|_| Local::new(|| 0)).collect();
            LATE_AT.set(Some(late));
            for local in &locals {
                local.with(|_| ());
            }
            // Half of them are gone by the time that the others need a larger table.
            drop(locals);
            let more: Vec<_> = (0..12).map(|_| Local::new(|| 0)).collect();
            for local in &more {
                local.with(|_| ());
            }
            LATE_AT.set(None);
            LATE.with(|tally| tally.0.get())
        };
        thread::spawn(use_locals).join().unwrap()
    });
    let used_late: Vec<_> = used_late.collect();
    assert!(used_late.iter().take(30).all(|used| *used == 1), "{used_late:?}");
}
