//! How processes with threads end, seen from outside: child programs (`scenarios/`), their output,
//! their exit code, and a watchdog for those that hang.

// The aborts that it tells apart are signals.
#[cfg(unix)]
mod abort;
mod abuse;
mod caught;
mod child;
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
mod orderly;
mod owners;
mod reporters;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod stacks;
#[cfg(unix)]
mod streams;
