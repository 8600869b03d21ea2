//! The stress programs: `threadkit-stress PROGRAM FACTOR`. Each checks itself, says its figures on
//! stdout, and must leave nothing behind: no thread in the registry, and no memory.
//!
//! The factor says how much of it is done: 10 is ten times as much, 0.1 a tenth, for what makes programs slow
//! (valgrind, emulators), which is also the least.

mod alive;
mod census;
mod churn;
// Where stacks are had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod dumps;
mod memory;
mod panics;
mod race;
// It limits the address space, and malloc to one heap.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod refusals;
mod restarts;
mod reused;
mod short;

use std::sync::Arc;
use std::time::Instant;

use threadkit::{Event, Target, current_thread, enumerate, main_thread};
use threadkit_tests::scaled;

/// Far more than any program takes, times the factor: who hangs dies of SIGALRM.
#[cfg(unix)]
const SECONDS: u32 = 120;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().expect("the name of a program");
    let factor: f64 = arguments.next().map_or(1.0, |factor| factor.parse().expect("a number"));
    let tenths = scaled(10, factor);
    // Elsewhere whoever hangs has to be ended by hand.
    #[cfg(unix)]
    // SAFETY: `alarm` touches no memory.
    unsafe {
        libc::alarm(SECONDS * u32::try_from(tenths.max(100) / 10).expect("a small number"))
    };
    let begin = Instant::now();
    match &*program {
        "alive" => alive::alive(1_000 * tenths.min(10)),
        "short" => {
            crowd(400 * tenths.min(10));
            short::short(5_000 * tenths);
        }
        "churn" => {
            crowd(400 * tenths.min(10));
            churn::churn(600 * tenths);
        }
        "race" => race::race(),
        "panics" => panics::panics(10 * tenths),
        #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
        "dumps" => dumps::dumps(100 * tenths),
        "caught" => panics::caught(30 * tenths),
        "reused" => reused::reused(10_000 * tenths),
        "restarts" => restarts::restarts(1_000 * tenths),
        #[cfg(all(target_os = "linux", target_env = "gnu"))]
        "refusals" => refusals::refusals(40 * tenths),
        other => panic!("no program {other:?}"),
    }
    println!("{program}: {:.1?}{}", begin.elapsed(), memory::resident());
}

/// The registry keeps room for as many threads as were ever alive at once: here far more than in any
/// round, lest one of them grows it.
fn crowd(count: usize) {
    let begun = Arc::new(Event::new());
    let threads: Vec<_> = (0..count)
        .map(|_| {
            let begun = Arc::clone(&begun);
            Target::new(move || begun.wait()).with_stack_size(64 * 1024).start().unwrap()
        })
        .collect();
    begun.set();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Waits for all threads but this one, which is the last.
fn wait_for_all() {
    loop {
        let mut others = enumerate();
        others.retain(|thread| *thread != current_thread());
        if others.is_empty() {
            break;
        }
        for thread in others {
            let _ = thread.join();
        }
    }
    assert_eq!(enumerate(), [main_thread()]);
    assert_eq!(threadkit::active_count(), 1);
}
