//! The child programs of the tests in `process/`: `threadkit-scenarios NAME`.

mod abuse;
mod caught;
// Signals, forks and pipes are those of Unix.
#[cfg(unix)]
mod dumper;
mod exit;
mod failure;
#[cfg(unix)]
mod fork;
// Where stacks are had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod hangs;
mod hooks;
mod main_thread;
#[cfg(target_os = "linux")]
mod mappings;
mod orderly;
mod owners;
mod process_exit;
mod reporters;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod stacks;
#[cfg(unix)]
mod streams;
mod waits;

use std::process::ExitCode;

type Scenario = (&'static str, fn() -> ExitCode);

/// The scenarios of a module, by the names of their functions.
macro_rules! scenarios {
    ($($name:ident),* $(,)?) => {
        pub(crate) const ALL: &[crate::Scenario] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use scenarios;

/// What the scenario returns is what `main` returns: those without `#[threadkit::main]` are programs
/// without it.
fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).expect("the name of a scenario");
    let all = [
        abuse::ALL,
        caught::ALL,
        #[cfg(unix)]
        dumper::ALL,
        exit::ALL,
        failure::ALL,
        #[cfg(unix)]
        fork::ALL,
        #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
        hangs::ALL,
        hooks::ALL,
        main_thread::ALL,
        #[cfg(target_os = "linux")]
        mappings::ALL,
        orderly::ALL,
        owners::ALL,
        process_exit::ALL,
        reporters::ALL,
        #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
        stacks::ALL,
        #[cfg(unix)]
        streams::ALL,
        waits::ALL,
    ];
    let found = all.iter().copied().flatten().find(|(name, _)| *name == wanted);
    found.expect("a known scenario").1()
}
