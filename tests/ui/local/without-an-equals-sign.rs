use std::cell::Cell;

threadkit::local! {
    static HITS: Cell<u64> Cell::new(0);
    static OTHER: Cell<u64> := Cell::new(0);
}

fn main() {
    HITS.set(OTHER.get());
}
