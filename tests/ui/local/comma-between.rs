//! Declarations end in a semicolon.

threadkit::local! {
    static HITS: u32 = 0,
    static MISSES: u32 = 0;
}

fn main() {
    HITS.with(|_| ());
    MISSES.with(|_| ());
}
