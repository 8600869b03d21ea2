//! A key says what it holds.

threadkit::local! {
    static HITS = 0;
}

fn main() {}
