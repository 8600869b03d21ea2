//! The macro takes statics.

threadkit::local! {
    let hits: u32 = 0;
}

fn main() {}
