//! A key is shared: what changes is in a cell.

threadkit::local! {
    static mut HITS: u32 = 0;
}

fn main() {}
