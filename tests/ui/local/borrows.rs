//! A value lives as long as its thread, so it borrows nothing of a function.

fn count(numbers: &[u32]) {
    threadkit::local! {
        static FIRST: u32 = numbers[0];
    }
}

fn main() {}
