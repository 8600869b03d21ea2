//! Threads beside their peers, as ratios: `cargo bench -p threadkit --bench versus`.
//!
//! The two of a pair take turns, many times over, so that what else the machine does meets both. What is
//! printed is one Markdown table: the medians, their ratio, its spread, and the bar it is held against.
//! A time is never a test; what is exact is one, in `tests/exact`. See `benches/README.md`.

mod alive;
mod child;
mod compile;
mod counting;
mod exact;
mod harness;
mod languages;
mod locals;
mod lookups;
mod pin;
mod report;
mod reuse;
mod starts;
mod weights;

use std::env;

use harness::Table;

type Group = (&'static str, fn(&mut Table));

const GROUPS: [Group; 11] = [
    // First: the numbers in names are short then.
    ("exact", exact::measure),
    ("starts", starts::measure),
    ("reuse", reuse::measure),
    ("panics", starts::measure_panics),
    ("alive", alive::measure),
    ("enumerate", alive::measure_enumerate),
    ("lookups", lookups::measure),
    ("locals", locals::measure),
    ("compile", compile::measure),
    ("weights", weights::measure),
    ("languages", languages::measure),
];

fn main() {
    if weights::was_called_as_rustc() || child::was_asked() {
        return;
    }
    // A backtrace is the price of that variable, not of a panic.
    if env::var_os("RUST_BACKTRACE").is_some() {
        return child::without_backtraces();
    }
    // Cargo adds `--bench`.
    let asked: Vec<_> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let write = asked == ["--write"];
    let known = |asked: &String| GROUPS.iter().any(|(name, _)| name == asked);
    if !write && !asked.iter().all(known) {
        let names: Vec<_> = GROUPS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: versus [--write | group ..], the groups being {}", names.join(", "));
        std::process::exit(2);
    }
    let mut table = Table::default();
    for (name, measure) in GROUPS {
        if write || asked.is_empty() || asked.iter().any(|asked| asked == name) {
            measure(&mut table);
        }
    }
    println!("{table}");
    if write {
        report::write(&table);
    }
}
