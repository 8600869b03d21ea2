//! Whether a wait would end: the search in the graph of joins.

use std::collections::HashSet;
use std::iter;
use std::sync::Arc;

use crate::base::ident::ThreadId;
use crate::core::record::{Record, Wait};

/// For whom a thread waits.
#[derive(Default)]
struct Waits {
    /// For all of these: one that it joins, and those in the scopes that it owns.
    all: Vec<Arc<Record>>,
    /// For the first of these: those of a group.
    any: Vec<Arc<Record>>,
}

/// Whether the wait lasts for as long as other threads do not end it. One for a thread that is ready is over, even if
/// the waiter has not heard of it yet: the thread may join it from then on.
fn is_unbounded(wait: &Wait) -> bool {
    match wait {
        Wait::End { timed, .. } => !timed,
        Wait::Ready { target, timed } => !timed && !target.is_ready(),
        Wait::FirstOf(_) => true,
        // Nobody of the graph ends these.
        _ => false,
    }
}

impl Waits {
    /// The caller holds the lock of the graph.
    fn of(record: &Record) -> Self {
        let mut waits = Self::default();
        if let Some(edge) = record.edge().as_ref().filter(|edge| is_unbounded(edge)) {
            match edge {
                Wait::End { target, .. } | Wait::Ready { target, .. } => {
                    waits.all.push(target.clone());
                }
                Wait::FirstOf(targets) => waits.any.clone_from(targets),
                _ => {}
            }
        }
        let scopes = iter::successors(record.scope(), |scope| scope.around.clone());
        scopes.for_each(|scope| waits.all.extend_from_slice(&scope.threads()));
        waits
    }

    fn threads(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.all.iter().chain(&self.any)
    }

    /// Whether the waits end if those threads do.
    fn end_with(&self, ending: &HashSet<ThreadId>) -> bool {
        let ends = |record: &Arc<Record>| ending.contains(&record.ident());
        self.all.iter().all(ends) && (self.any.is_empty() || self.any.iter().any(ends))
    }
}

/// Whether none of `targets` can be over as long as those of `stuck` are not. Then it is the threads from
/// the first of them to the one that waits for one of `stuck`. The caller holds the lock of the graph.
pub(crate) fn find(targets: &[Arc<Record>], stuck: &[Arc<Record>]) -> Option<Vec<Arc<Record>>> {
    // Most threads that are waited for wait for nobody: then there is nothing to allocate.
    if targets.iter().any(|target| target.edge().is_none() && target.scope().is_none()) {
        return None;
    }
    let ending = ending(&reach(targets, stuck));
    if targets.iter().any(|target| ending.contains(&target.ident())) {
        return None;
    }
    way(targets.first()?, stuck, ending)
}

/// All for whom `targets` wait in the end, themselves included, up to those of `stuck`.
fn reach(targets: &[Arc<Record>], stuck: &[Arc<Record>]) -> Vec<(ThreadId, Waits)> {
    let mut seen: HashSet<_> = stuck.iter().map(|record| record.ident()).collect();
    let mut next = targets.to_vec();
    let mut reached = Vec::new();
    while let Some(record) = next.pop() {
        if seen.insert(record.ident()) {
            let waits = Waits::of(&record);
            next.extend(waits.threads().cloned());
            reached.push((record.ident(), waits));
        }
    }
    reached
}

/// Those of `reached` that can be over: first who waits for nobody, then who waits for these, and so on.
/// The others wait for each other, or for those that were not looked at.
fn ending(reached: &[(ThreadId, Waits)]) -> HashSet<ThreadId> {
    let mut ending = HashSet::new();
    loop {
        let before = ending.len();
        // Who is waited for was mostly reached after who waits.
        for (thread, waits) in reached.iter().rev() {
            if waits.end_with(&ending) {
                ending.insert(*thread);
            }
        }
        if ending.len() == before {
            return ending;
        }
    }
}

/// The shortest way from `target` to one that waits for one of `stuck`; it does not pass those `seen`.
fn way(
    target: &Arc<Record>,
    stuck: &[Arc<Record>],
    mut seen: HashSet<ThreadId>,
) -> Option<Vec<Arc<Record>>> {
    seen.insert(target.ident());
    // Each with the place of the one that waits for it.
    let mut steps = vec![(target.clone(), 0)];
    let mut at = 0;
    while let Some((record, _)) = steps.get(at) {
        if stuck.iter().any(|stuck| Arc::ptr_eq(stuck, record)) {
            let before = |at: &usize| (*at > 0).then(|| steps[*at].1);
            let way = iter::successors(before(&at), before).map(|at| steps[at].0.clone());
            let mut way: Vec<_> = way.collect();
            way.reverse();
            return Some(way);
        }
        let waits = Waits::of(record);
        let awaited = waits.threads().filter(|record| seen.insert(record.ident()));
        steps.extend(awaited.map(|record| (record.clone(), at)));
        at += 1;
    }
    None
}
