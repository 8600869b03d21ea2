//! Pairs that take turns, and the rows they make.

use std::time::{Duration, Instant};

/// What is compared, in which unit.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Nanoseconds,
    Bytes,
    Count,
}

/// What a row is held against.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    /// At most so many times the peer's.
    Ratio(f64),
    /// At most so much of ours.
    Value(f64),
    /// Shown, and held against nothing.
    None,
}

/// One comparison.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) unit: Unit,
    pub(crate) ours: f64,
    pub(crate) peer: f64,
    /// The middle half of the ratios of the rounds; none of what is exact.
    pub(crate) spread: Option<(f64, f64)>,
    pub(crate) bar: Bar,
}

impl Row {
    pub(crate) fn ratio(&self) -> f64 {
        self.ours / self.peer
    }
}

/// The rows of one run, and those that this machine cannot make, with the reason.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    pub(crate) skipped: Vec<(String, String)>,
    /// What is no comparison of two, in Markdown.
    pub(crate) texts: Vec<String>,
}

impl Table {
    /// Has a pair take turns: each call says how many nanoseconds one of its things took.
    pub(crate) fn pair(
        &mut self,
        what: impl Into<String>,
        bar: Bar,
        rounds: usize,
        mut ours: impl FnMut() -> f64,
        mut peer: impl FnMut() -> f64,
    ) {
        let row = [(what.into(), bar)];
        self.turns(row, Unit::Nanoseconds, rounds, || [ours()], || [peer()]);
    }

    /// The same where one turn measures several things.
    pub(crate) fn turns<const N: usize>(
        &mut self,
        rows: [(String, Bar); N],
        unit: Unit,
        rounds: usize,
        mut ours: impl FnMut() -> [f64; N],
        mut peer: impl FnMut() -> [f64; N],
    ) {
        // Warm up: what is done once a process is no part of either.
        for _ in 0..=rounds / 10 {
            ours();
            peer();
        }
        let turns: Vec<_> = (0..rounds).map(|_| (ours(), peer())).collect();
        for (at, (what, bar)) in rows.into_iter().enumerate() {
            let ratios = sorted(turns.iter().map(|(ours, peer)| ours[at] / peer[at]));
            self.push(Row {
                what,
                unit,
                ours: median(turns.iter().map(|(ours, _)| ours[at])),
                peer: median(turns.iter().map(|(_, peer)| peer[at])),
                spread: Some((ratios[ratios.len() / 4], ratios[ratios.len() * 3 / 4])),
                bar,
            });
        }
    }

    pub(crate) fn push(&mut self, row: Row) {
        eprintln!("{}: {:.2}", row.what, row.ratio());
        self.rows.push(row);
    }

    pub(crate) fn skip(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        eprintln!("{what}: skipped, {why}");
        self.skipped.push((what, why));
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let values = sorted(values);
    values[values.len() / 2]
}

/// How long `run` takes.
pub(crate) fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Nanoseconds for each of the `times` things that `run` does.
pub(crate) fn each(times: u32, run: impl FnOnce()) -> f64 {
    nanoseconds(time(run)) / f64::from(times)
}

pub(crate) fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
