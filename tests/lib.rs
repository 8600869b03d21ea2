//! What the tests share.

use std::env;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Builder, Stall, Target};

/// How often a test repeats what it repeats `usually`: as often as that, times `THREADKIT_STRESS`, and
/// at least once. Where threads are slow (in an emulator, under a sanitizer) a fraction will do: `0.03`.
///
/// # Panics
///
/// If the variable is set and is no number from 0 on.
#[must_use]
pub fn rounds(usually: usize) -> usize {
    scaled(usually, factor())
}

/// What `THREADKIT_STRESS` says; 1 where it is not set.
///
/// # Panics
///
/// If the variable is set and is no number from 0 on.
#[must_use]
pub fn factor() -> f64 {
    let Some(factor) = env::var_os("THREADKIT_STRESS") else { return 1.0 };
    let factor = factor.to_str().and_then(|factor| factor.parse().ok());
    factor.filter(|factor| *factor >= 0.0).expect("THREADKIT_STRESS is a number from 0 on")
}

/// `usually`, `factor` times as much, and at least 1.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rounds are far below 2^52, and no factor is negative"
)]
pub fn scaled(usually: usize, factor: f64) -> usize {
    ((usually as f64 * factor).round() as usize).max(1)
}

/// What runs `program`, which was built with the tests: the system, or what `THREADKIT_RUNNER` names, an
/// emulator for the system that they were built for.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    match env::var_os("THREADKIT_RUNNER") {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// Has a thread of this name stall, and end when that has been reported, which it waits for, too.
///
/// # Panics
///
/// If the system refuses the thread.
pub fn stall(name: &str) {
    let (say, told) = mpsc::channel();
    threadkit::set_stallhook(move |args| {
        let _ = say.send(*args.stall);
    });
    let (go, gate) = mpsc::channel::<()>();
    let silent = Builder::new(Target::new(move || gate.recv().is_ok())).with_name(name);
    silent.with_stall_after(Duration::from_millis(50)).start().unwrap();
    // That the machine had no time for it is no matter here.
    assert!(told.iter().any(|stall| matches!(stall, Stall::Silent { .. })));
    drop(go);
    assert!(told.iter().any(|stall| matches!(stall, Stall::Ended { .. })));
    drop(threadkit::take_stallhook());
}
