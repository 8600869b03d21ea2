//! Tests of threads under many schedules, in virtual time.
//!
//! A test of threads that passes has shown one order of their steps. [`schedules`] runs a closure, with the thread classes
//! of `threadkit` in it, its events, timers, groups, guards, scopes, supervisors and thread-locals, in as many orders as
//! it is told: the same ones each time. In each of them the time is virtual, so that an hour's pause takes none. A
//! schedule that fails is reported with the table of the threads at that moment, the last steps in the lines of the
//! program, and a seed of a few letters by which it is run again.
//!
//! ```
//! use std::time::Duration;
//! use threadkit_schedules::schedules;
//! use threadkit_schedules::sync::{Arc, Condvar, Mutex};
//! use threadkit_schedules::thread;
//!
//! schedules(1000, || {
//!     let gate = Arc::new((Mutex::new(false), Condvar::new()));
//!     let theirs = gate.clone();
//!     let waiter = thread::spawn(move || {
//!         let (open, changed) = &*theirs;
//!         drop(changed.wait_while(open.lock().unwrap(), |open| !*open).unwrap());
//!     });
//!     # #[cfg(threadkit_model)]
//!     thread::sleep(Duration::from_secs(3600));
//!     let (open, changed) = &*gate;
//!     *open.lock().unwrap() = true;
//!     changed.notify_all();
//!     waiter.join().unwrap();
//! });
//! ```
//!
//! # Switching it on
//!
//! By a cfg, so that no feature of another crate can do it by accident:
//!
//! ```sh
//! RUSTFLAGS="--cfg threadkit_model" cargo test --target-dir target/model
//! ```
//!
//! A target folder of its own keeps the flags from building everything anew each time. Cargo warns of a cfg that a package
//! of yours does not declare where the package itself asks for it; then put this in its `Cargo.toml`:
//!
//! ```toml
//! [lints.rust]
//! unexpected_cfgs = { level = "warn", check-cfg = ["cfg(threadkit_model)"] }
//! ```
//!
//! With the cfg, `threadkit` takes its threads, locks, atomics, statics and thread-locals from here, and they work inside
//! of [`schedules`] alone: a test that uses them outside panics and says so. Such tests go behind
//! `#[cfg(not(threadkit_model))]`. Without the cfg nothing changes: this crate has no dependencies then, [`sync`],
//! [`thread`], [`time`] and [`thread_local!`] are std's own, and [`schedules`] runs its closure once, on threads of
//! the system, and in the time of the system. A test that sleeps for an hour belongs behind `#[cfg(threadkit_model)]`.
//!
//! # What is explored
//!
//! Half of the schedules go on with any thread at each step. The others let a thread run until it waits, but for up to
//! three switches at moments that chance picks ([PCT]). A step is an operation on something of [`sync`] or [`thread`], the
//! beginning of a call of threadkit's, and chance says of how many of the steps inside of that. The suite in `tests/schedules` of the repository has 28 small classes with one fault each:
//! lost wake-ups, work begun twice, leaks, stops that are missed, shutdowns in the wrong order, time-outs against the end
//! of the work. Each is found within the first hundred schedules, and with ten other sets of schedules within 224; none of their 28 sound
//! twins is blamed in any. So 1,000 schedules are what a test should have; they take a few tenths of a second.
//!
//! | a schedule fails if | and the report says |
//! |---|---|
//! | the closure panics | the message, the place, and who called what panicked |
//! | every thread waits, and no deadline is left | who waits for what, who holds it, and where |
//! | a thread failed, and nobody took that by a join, a value or a hook | the same as for the closure |
//! | it has no end: 100,000 steps were taken ([`Schedules::max_steps`]) | what the threads did last |
//!
//! The closure runs on the main thread of a process of its own. When it returns, non-daemon threads are waited for, so one
//! that never ends is a deadlock; then what is registered by `at_shutdown` and `at_exit` runs. Daemons are abandoned, and
//! so are threads of [`thread::spawn`], as a process that ends abandons them.
//!
//! # Time
//!
//! It passes only when every thread waits, and then moves to the next deadline: that of a `sleep`, a `Timer`, a
//! `join_timeout`, a `wait_timeout`, a grace period. Threads whose deadlines are equal go on in any order, which is how a
//! time-out races the end of the work: let the work take as long by a `sleep`. (A thread that spins, and a computation of
//! 20,000 steps, count as waiting, so that they end as they would.) [`time::Instant`] tells the time of the schedule;
//! `std::time::Instant` that of the system. Real systems are worse: a thread may be late for its deadline.
//! [`Schedules::late_threads`] has deadlines pass although others could go on.
//!
//! # What is not seen
//!
//! - *Weak memory.* Every atomic counts as `SeqCst`, whatever its ordering says. Loom tries the orderings of small pieces.
//! - *Std's own locks, channels and atomics, and those of other crates.* No thread goes on at their operations; where one
//!   of them blocks, the whole schedule stands still, since its threads share one thread of the system. After half a
//!   minute stderr says so. Take them from [`sync`].
//! - *Files, sockets, processes, async runtimes*: they block likewise, and run in real time.
//! - *`std::thread_local!`* is one for all threads of a schedule: take `threadkit::local!`, or [`thread_local!`].
//! - *Statics* keep what the schedule before has left in them; those of threadkit begin anew. A lock in a static that an
//!   abandoned thread holds stays locked.
//! - *`std::sync::Arc`* is std's: no thread goes on as a count changes.
//! - *Spurious wake-ups* of condition variables and of `park`, unless [`Schedules::spurious_wakeups`] asks for them.
//! - *`process::exit`*, signals, forks, stacks (`dump_stacks`), and the size of a stack: each thread has 256 KiB.
//!
//! A test has to be the same each time but for its schedule: one that depends on the order of a `HashMap` or on the
//! clock of the system may fail and not fail again, which the report says.
//!
//! # Again, and more
//!
//! `THREADKIT_REPLAY=p1-3-17-53cb9f0c` in the environment has each call of [`schedules`] run that one schedule (name the test
//! that you mean); [`replay`] does so in the code. `THREADKIT_SCHEDULES=100000` runs as many, and new ones each time.
//!
//! [PCT]: https://www.microsoft.com/en-us/research/wp-content/uploads/2016/02/asplos277-pct.pdf
#![forbid(unsafe_code)]

#[cfg(threadkit_model)]
mod engine;
#[cfg(threadkit_model)]
mod explore;
#[cfg(threadkit_model)]
mod local;
#[cfg(threadkit_model)]
mod report;
#[cfg(threadkit_model)]
#[doc(hidden)]
pub mod runtime;
#[cfg(threadkit_model)]
mod seed;
#[cfg(threadkit_model)]
pub mod sync;
#[cfg(threadkit_model)]
pub mod thread;
#[cfg(threadkit_model)]
pub mod time;

#[cfg(not(threadkit_model))]
mod once;
#[cfg(not(threadkit_model))]
pub use std::{sync, thread, thread_local, time};

#[cfg(threadkit_model)]
pub use explore::Schedules;
#[cfg(threadkit_model)]
#[doc(hidden)]
pub use local::LocalKey as __LocalKey;
#[cfg(not(threadkit_model))]
pub use once::Schedules;

/// Runs `f` under so many schedules, the same ones each time. Without the cfg it runs `f` once, on threads of the system.
///
/// # Panics
///
/// If one of them fails; the message is the report.
///
/// # Examples
///
/// ```
/// use threadkit_schedules::sync::mpsc::channel;
/// use threadkit_schedules::{schedules, thread};
///
/// schedules(100, || {
///     let (sender, receiver) = channel();
///     let sending = thread::spawn(move || sender.send(7));
///     assert_eq!(receiver.recv(), Ok(7));
///     sending.join().unwrap().unwrap();
/// });
/// ```
#[track_caller]
pub fn schedules(count: usize, f: impl Fn() + Send + Sync + 'static) {
    Schedules::new().count(count).run(f);
}

/// Runs `f` under the schedule of a seed, as it stands in the report of a failure. A test that keeps a seed of a fault that
/// was mended shows that it stays mended, as long as the steps that lead there are the same.
///
/// # Panics
///
/// If the schedule fails, and if `seed` is none.
///
/// # Examples
///
/// ```
/// threadkit_schedules::replay("p1-3-17-53cb9f0c", || assert_eq!(1 + 1, 2));
/// ```
#[track_caller]
pub fn replay(seed: &str, f: impl Fn() + Send + Sync + 'static) {
    Schedules::new().replay(seed, f);
}
