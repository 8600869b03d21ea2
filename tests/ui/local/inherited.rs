use std::cell::Cell;

threadkit::local! {
    /// Inherited by name.
    #[inherited]
    static HITS: Cell<u64> = Cell::new(0);
}

fn main() {
    HITS.set(1);
}
