//! The same in place.

threadkit::local! {
    static HITS: u32 = const { "none" };
}

fn main() {}
