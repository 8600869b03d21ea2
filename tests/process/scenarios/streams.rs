//! Stdout and stderr that are gone, broken or locked.

use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::mpsc;

use threadkit::{Target, main_thread, spawn};

crate::scenarios! {
    stderr_broken, stderr_closed, stderr_locked, wait_with_stderr_locked, partial_line, unfinished_lock,
}

fn everything_fails() -> ExitCode {
    let _ = spawn(|| panic!("a panic")).join();
    let _ = spawn(|| resume_unwind(Box::new("a resumed"))).join();
    let _ = Target::fallible(|| Err::<(), _>("an error")).start().unwrap().join();
    println!("still here");
    ExitCode::SUCCESS
}

fn stderr_broken() -> ExitCode {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for the two descriptors.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: touches no memory; 2 is stderr, which nobody owns.
    unsafe { libc::dup2(ends[1], 2) };
    // SAFETY: the reading end is this function's own.
    unsafe { libc::close(ends[0]) };
    everything_fails()
}

fn stderr_closed() -> ExitCode {
    // SAFETY: touches no memory; nothing is opened later that could take the place.
    unsafe { libc::close(2) };
    everything_fails()
}

/// Whoever waits for a thread may hold the lock of stderr, which the thread has to report to.
fn stderr_locked() -> ExitCode {
    let mut stderr = io::stderr().lock();
    let code = everything_fails();
    threadkit::set_excepthook(|_| panic!("of the hook"));
    let _ = spawn(|| panic!("a second")).join();
    writeln!(stderr, "the lock is held").unwrap();
    code
}

/// A daemon sits on the lock of stderr when the process explains its wait.
fn wait_with_stderr_locked() -> ExitCode {
    #[threadkit::main(report_after = "50ms")]
    fn main() {
        let (locked, wait) = mpsc::channel();
        let sitting = Target::new(move || {
            let _stderr = io::stderr().lock();
            locked.send(()).unwrap();
            loop {
                std::thread::park();
            }
        });
        sitting.with_daemon(true).start().unwrap();
        wait.recv().unwrap();
        let slow = Target::new(|| io::stdin().lines().count());
        slow.with_name("slow").start().unwrap();
    }
    main()
}

/// What a worker printed comes out, to the last byte.
fn partial_line() -> ExitCode {
    #[threadkit::main]
    fn main() {
        spawn(|| {
            main_thread().join().unwrap();
            println!("a line");
            print!("without an end");
        });
    }
    main()
}

/// A worker that holds the lock of stdout when main is over.
fn unfinished_lock() -> ExitCode {
    #[threadkit::main]
    fn main() {
        spawn(|| {
            let mut stdout = io::stdout().lock();
            main_thread().join().unwrap();
            write!(stdout, "a line\nwithout an end").unwrap();
        });
    }
    main()
}
