//! What a process holds of the system's for threads that are over.

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use threadkit::{Target, Thread, spawn};

crate::scenarios! { kept_handles }

/// How many mappings of memory the process has: a thread of the system's has two, its stack and the guard page.
fn mappings() -> usize {
    fs::read_to_string("/proc/self/maps").unwrap().lines().count()
}

fn until_over(thread: &Thread) {
    while thread.is_alive() {}
}

/// Starts a thread, and gives the handle when the thread is over.
type Way = fn() -> Box<dyn Send>;

const WAYS: [(&str, Way); 6] = [
    ("looked at, typed", || {
        let thread = spawn(|| ());
        until_over(&thread.to_thread());
        Box::new(thread)
    }),
    ("looked at, erased", || {
        let thread = spawn(|| ()).to_thread();
        until_over(&thread);
        Box::new(thread)
    }),
    ("joined", || {
        let thread = spawn(|| ());
        thread.join().unwrap();
        Box::new(thread)
    }),
    ("joined with a timeout", || {
        let thread = spawn(|| ());
        thread.join_timeout(Duration::from_secs(600)).unwrap();
        Box::new(thread)
    }),
    ("asked with a timeout of zero", || {
        let thread = spawn(|| ());
        while thread.join_timeout(Duration::ZERO).is_err() {}
        Box::new(thread)
    }),
    ("left by exit_thread", || {
        let thread = Target::new(|| threadkit::exit_thread()).start().unwrap().to_thread();
        until_over(&thread);
        Box::new(thread)
    }),
];

/// Prints for each way how many mappings are there for each hundred threads whose handles are kept.
fn kept_handles() -> ExitCode {
    const THREADS: usize = 500;
    for (way, start) in WAYS {
        let before = mappings();
        let kept: Vec<_> = (0..THREADS).map(|_| start()).collect();
        // Kept stacks would be two hundred for each hundred; a few more are the allocator's.
        let more = mappings().saturating_sub(before) * 100 / THREADS;
        println!("{way}: {}", if more < 20 { "none".to_owned() } else { more.to_string() });
        drop(kept);
    }
    ExitCode::SUCCESS
}
