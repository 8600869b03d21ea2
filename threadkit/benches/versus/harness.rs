//! Pairs that take turns, and the table of their ratios.

use std::fmt;
use std::process::Command;
use std::time::{Duration, Instant};

/// One pair: how many nanoseconds each takes for one of what it does.
struct Row {
    what: String,
    ours: f64,
    peer: f64,
    /// The middle half of the ratios of the rounds.
    spread: (f64, f64),
    bar: &'static str,
}

/// The table of all pairs.
pub(crate) struct Table(Vec<Row>);

/// How often a pair takes turns.
#[derive(Clone, Copy)]
pub(crate) struct Rounds(pub(crate) usize);

impl Table {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Measures a pair: each call says how long `times` of its things took.
    pub(crate) fn pair(
        &mut self,
        what: impl Into<String>,
        bar: &'static str,
        Rounds(rounds): Rounds,
        times: u32,
        mut ours: impl FnMut() -> Duration,
        mut peer: impl FnMut() -> Duration,
    ) {
        // Warm up: what is done once a process is no part of either.
        ours();
        peer();
        let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(times);
        let turns: Vec<(f64, f64)> = (0..rounds).map(|_| (each(ours()), each(peer()))).collect();
        let ratios = sorted(turns.iter().map(|(ours, peer)| ours / peer));
        self.0.push(Row {
            what: what.into(),
            ours: median(turns.iter().map(|turn| turn.0)),
            peer: median(turns.iter().map(|turn| turn.1)),
            spread: (ratios[ratios.len() / 4], ratios[ratios.len() * 3 / 4]),
            bar,
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | ours, ns | peer, ns | ratio | middle half | bar |")?;
        writeln!(f, "|---|---:|---:|---:|---|---|")?;
        for Row { what, ours, peer, spread: (low, high), bar } in &self.0 {
            let ratio = ours / peer;
            writeln!(
                f,
                "| {what} | {ours:.1} | {peer:.1} | {ratio:.2} | {low:.2} to {high:.2} | {bar} |"
            )?;
        }
        Ok(())
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let values = sorted(values);
    values[values.len() / 2]
}

/// How long `run` takes.
pub(crate) fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Allows this process one processor, or all again. By `taskset`, as std has no such call; where that is
/// missing, "pinned" is as free as the rest, and the table says so.
pub(crate) fn pin(processors: &str) -> bool {
    let process = std::process::id().to_string();
    let pinned = Command::new("taskset").args(["-a", "-p", "-c", processors, &process]).output();
    pinned.is_ok_and(|output| output.status.success())
}
