//! A key says what it starts with.

threadkit::local! {
    static HITS: u32;
}

fn main() {}
