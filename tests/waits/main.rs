//! What threads wait for, and what ends their waits: events, timers, stops, scopes.

mod blocked;
mod event;
mod join;
mod registrations;
mod scope;
mod stop;
mod timer;

use std::hint;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Of each race.
fn rounds() -> usize {
    threadkit_tests::rounds(100_000)
}

/// Waits for what is about to happen on another core; a wake-up by the system would take longer than
/// what is raced for.
fn spin_until(mut happened: impl FnMut() -> bool) {
    let mut spins = 0_u32;
    while !happened() {
        spins += 1;
        if spins % 128 == 0 {
            thread::yield_now();
        } else {
            hint::spin_loop();
        }
    }
}

/// Has `left` and `right` on two threads meet in each round, both at once, on what `new` made for it;
/// `check` looks at what came of it.
fn race<S: Sync>(
    rounds: usize,
    new: impl Fn() -> S,
    left: impl Fn(&S) + Sync,
    right: impl Fn(&S) + Sync,
    check: impl Fn(S),
) {
    const BATCH: usize = 1_000;
    for begun in (0..rounds).step_by(BATCH) {
        let batch: Vec<S> = iter::repeat_with(&new).take(BATCH.min(rounds - begun)).collect();
        let arrived = AtomicUsize::new(0);
        let run = |side: &(dyn Fn(&S) + Sync)| {
            for (round, shared) in batch.iter().enumerate() {
                arrived.fetch_add(1, Ordering::Relaxed);
                spin_until(|| arrived.load(Ordering::Relaxed) >= 2 * (round + 1));
                side(shared);
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| run(&left));
            run(&right);
        });
        batch.into_iter().for_each(&check);
    }
}
