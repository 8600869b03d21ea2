//! Threads beside their peers in std, as ratios: `cargo bench -p threadkit --bench versus`.
//!
//! The two of a pair take turns, many times over, so that what else the machine does meets both. What is
//! printed is one Markdown table: the medians, their ratio, its spread, and the bar it is held
//! against. A time is never a test: see the tests for what is exact (allocations).

mod alive;
mod harness;
mod lookups;
mod starts;

use harness::Table;

fn main() {
    let mut table = Table::new();
    starts::measure(&mut table);
    alive::measure(&mut table);
    lookups::measure(&mut table);
    println!("{table}");
}
