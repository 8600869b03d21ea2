//! Each is told once, and what is known of a key stays known.
use std::cell::Cell;

threadkit::local! {
    static HITS: Cell<u32>;
    pub static mut MISSES: Cell<u32> = const { Cell::new(0) };
    const LIMIT: u32 = 5;
    static DEPTH = 1;
    static FINE: u32 = 0;
}

fn main() {
    HITS.set(1);
    MISSES.set(1);
    FINE.with(|_| ());
}
