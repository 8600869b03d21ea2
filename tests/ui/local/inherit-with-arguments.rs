//!  takes nothing.

threadkit::local! {
    #[inherit(always)]
    static DEPTH: u32 = 0;
}

fn main() {}
