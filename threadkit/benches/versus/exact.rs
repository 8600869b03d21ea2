//! What is exact: allocations, bytes and instructions.

use std::env;
use std::process::Command;

use crate::child;
use crate::counting::{Counting, count};
use crate::harness::{Bar, Row, Table, Unit};
use crate::starts::{ours_one_by_one, peer_one_by_one};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

pub(crate) fn measure(table: &mut Table) {
    allocations(table);
    match (instructions("ours"), instructions("peer")) {
        (Ok(ours), Ok(peer)) => table.push(Row {
            what: "user instructions a thread".to_owned(),
            unit: Unit::Count,
            ours,
            peer,
            spread: None,
            bar: Bar::Ratio(1.25),
        }),
        (Err(why), _) | (_, Err(why)) => table.skip("user instructions a thread", why),
    }
}

fn allocations(table: &mut Table) {
    // Once before: what is allocated once a process is no thread's.
    let once = |start: fn(u32)| {
        start(1);
        count(|| start(1))
    };
    let (ours, peer) = (once(ours_one_by_one), once(peer_one_by_one));
    let mut push = |what: &str, unit, ours: usize, peer: usize, bar| {
        let (what, spread, bar) = (what.to_owned(), None, Bar::Value(bar));
        table.push(Row { what, unit, ours: small(ours), peer: small(peer), spread, bar });
    };
    push("allocations a thread", Unit::Count, ours.0, peer.0, 7.0);
    push("bytes a thread", Unit::Bytes, ours.1, peer.1, 400.0);
}

fn small(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("a small number"))
}

/// User instructions of one start + join, by callgrind's count.
fn instructions(who: &str) -> Result<f64, String> {
    const TIMES: u32 = 200;
    // What the process does besides is in both runs.
    let more = f64::from(TIMES);
    Ok((callgrind(who, 2 * TIMES)? - callgrind(who, TIMES)?) / more)
}

fn callgrind(who: &str, times: u32) -> Result<f64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let output = valgrind.args(child::arguments("starts", who, times)).output();
    let output = output.map_err(|_| "`valgrind` is not installed")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.split("Collected : ").nth(1).and_then(|rest| rest.lines().next());
    let collected = collected.and_then(|number| number.trim().parse().ok());
    collected.ok_or_else(|| format!("valgrind says: {text}"))
}

/// What callgrind looks at.
pub(crate) fn starts(who: &str, times: u32) {
    if who == "ours" { ours_one_by_one(times) } else { peer_one_by_one(times) }
}
