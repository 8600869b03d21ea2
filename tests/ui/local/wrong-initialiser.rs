//! The initialiser has the type of the key.

threadkit::local! {
    static HITS: u32 = "none";
}

fn main() {}
