//! The table in Markdown, and the files that show it.

use std::fmt::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::{fs, thread};

use crate::harness::{Bar, Row, Table, Unit};

/// The rows that the README of the project shows: those that a user asks about.
const ASKED_ABOUT: [&str; 5] = [
    "start + join, one at a time, free",
    "10,000 alive: resident memory each",
    "`Local::with` over the crate `thread_local`",
    "`cargo check` of 500 classes over 500 hand-written structs with `std::thread`",
    "start + join over Python's `threading.Thread`",
];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", machine())?;
        writeln!(f, "| what | threadkit | peer | ratio | spread | bar | |")?;
        writeln!(f, "|---|--:|--:|--:|---|---|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{}", line(row)))?;
        for text in &self.texts {
            write!(f, "\n{text}")?;
        }
        for (what, why) in &self.skipped {
            write!(f, "\nSkipped: {what}. {why}\n")?;
        }
        Ok(())
    }
}

fn line(row: &Row) -> String {
    let Row { what, unit, ours, peer, .. } = row;
    let (ours, peer) = (quantity(*ours, *unit), quantity(*peer, *unit));
    let spread =
        row.spread.map_or("exact".to_owned(), |(low, high)| format!("{low:.2} to {high:.2}"));
    let (bar, verdict) = match row.bar {
        Bar::Ratio(bar) => (format!("{bar:.2}"), verdict(row.ratio(), bar)),
        Bar::Value(bar) => (quantity(bar, *unit), verdict(row.ours, bar)),
        Bar::None => (String::new(), String::new()),
    };
    format!("| {what} | {ours} | {peer} | {:.2} | {spread} | {bar} | {verdict} |", row.ratio())
}

fn verdict(is: f64, bar: f64) -> String {
    // As it is printed: a ratio is not known better than that.
    if (is * 100.0).round() <= (bar * 100.0).round() {
        "met".to_owned()
    } else {
        format!("over by {:.0} %", (is / bar - 1.0) * 100.0)
    }
}

fn quantity(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => format!("{value:.0} B"),
        Unit::Count => format!("{value:.0}"),
        Unit::Nanoseconds if value < 1e3 => format!("{value:.1} ns"),
        Unit::Nanoseconds if value < 1e6 => format!("{:.1} µs", value / 1e3),
        Unit::Nanoseconds => format!("{:.2} s", value / 1e9),
    }
}

/// What this was measured on.
fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(':').nth(1)).unwrap_or("unknown").trim().to_owned()
    };
    let processor = field(&read("/proc/cpuinfo"), "model name");
    let kernel = read("/proc/sys/kernel/osrelease");
    let rustc = Command::new("rustc").arg("--version").output().map(|output| output.stdout);
    let rustc = String::from_utf8_lossy(&rustc.unwrap_or_default()).trim().to_owned();
    let processors = thread::available_parallelism().map_or(0, usize::from);
    format!("{processors} processors ({processor}), Linux {}, {rustc}.", kernel.trim())
}

/// Writes the table into `benches/README.md`, and the rows that users ask about into the README.
pub(crate) fn write(table: &Table) {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    replace(&package.join("benches/README.md"), "versus", &table.to_string());
    let mut rows = String::from("| | threadkit | peer | ratio |\n|---|--:|--:|--:|\n");
    for row in table.rows.iter().filter(|row| ASKED_ABOUT.contains(&&*row.what)) {
        let quantity = |value| quantity(value, row.unit);
        let (ours, peer) = (quantity(row.ours), quantity(row.peer));
        // Writing to a string does not fail.
        let _ = writeln!(rows, "| {} | {ours} | {peer} | {:.2} |", row.what, row.ratio());
    }
    replace(&package.join("../README.md"), "speed", &rows);
}

/// Replaces what is between `<!-- name -->` and `<!-- /name -->`.
fn replace(file: &Path, name: &str, text: &str) {
    let old = fs::read_to_string(file).expect("the file is there");
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = old.split_once(&begin).expect("the place is marked");
    let (_, after) = rest.split_once(&end).expect("the place is marked");
    fs::write(file, format!("{before}{begin}{text}{end}{after}")).expect("the file can be written");
}
