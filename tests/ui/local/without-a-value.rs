//! A key says what it starts with.

threadkit::local! {
    static HITS: u32;
    static MISSES: u32 = ;
    static SUM: u32 = 0;
}

fn main() {
    HITS.with(|hits| MISSES.with(|misses| SUM.with(|sum| assert_eq!(hits + misses, *sum))));
}
