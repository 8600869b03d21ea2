//! Stdout and stderr that are gone, broken or locked.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _};
use std::panic::resume_unwind;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Target, main_thread, spawn};

crate::scenarios! {
    stderr_broken, stderr_closed, stderr_locked, wait_with_stderr_locked, partial_line, unfinished_lock,
    main_fails_with_stderr_locked, main_leaves_with_stderr_locked, stderr_full, stderr_full_for_good,
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

/// A daemon takes the lock of stderr, and keeps it.
fn sit_on_stderr() {
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
}

/// A daemon sits on the lock of stderr when the process explains its wait.
fn wait_with_stderr_locked() -> ExitCode {
    #[threadkit::main(report_after = "50ms")]
    fn main() {
        sit_on_stderr();
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

fn main_fails_with_stderr_locked() -> ExitCode {
    #[threadkit::main]
    fn main() -> Result<(), Box<dyn Error>> {
        sit_on_stderr();
        Err("main's own".into())
    }
    main()
}

/// The error's `Debug` is the user's code, and part of main.
fn main_leaves_with_stderr_locked() -> ExitCode {
    struct Shy;
    impl std::fmt::Debug for Shy {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            threadkit::exit_thread()
        }
    }
    #[threadkit::main]
    fn main() -> Result<ExitCode, Shy> {
        sit_on_stderr();
        Err(Shy)
    }
    main()
}

/// Stderr that does not block and has no room left, and the other end of it.
fn full_stderr() -> (File, usize) {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for the two descriptors.
    assert_eq!(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_NONBLOCK) }, 0);
    // SAFETY: it is open, and nobody else's.
    let mut writer = unsafe { File::from_raw_fd(ends[1]) };
    // SAFETY: as above; the writing end alone is not to block.
    let reader = unsafe { File::from_raw_fd(ends[0]) };
    // SAFETY: touches no memory; the descriptor is open.
    assert_eq!(unsafe { libc::fcntl(ends[0], libc::F_SETFL, 0) }, 0);
    let mut filled = 0;
    while let Ok(written) = writer.write(&[b'.'; 4096]) {
        filled += written;
    }
    // SAFETY: both are open; whoever else writes to stderr does so by its number.
    assert_eq!(unsafe { libc::dup2(writer.as_raw_fd(), libc::STDERR_FILENO) }, libc::STDERR_FILENO);
    (reader, filled)
}

/// The report waits for who reads slowly, and comes out whole, as it is longer than the pipe.
fn stderr_full() -> ExitCode {
    let (mut reader, filled) = full_stderr();
    let long = "long ".repeat(filled);
    let length = long.len();
    let failing = Target::fallible(move || Err::<(), _>(long)).with_name("slow").start().unwrap();
    // Usually it waits by now; where it does not, it finds room later.
    let _ = failing.join_timeout(Duration::from_millis(50));
    let mut dots = vec![0; filled];
    reader.read_exact(&mut dots).unwrap();
    let mut report = vec![0; "thread 'slow' (Target) failed: ".len() + length];
    reader.read_exact(&mut report).unwrap();
    println!("{}", report.ends_with(b"long long "));
    println!("{}", failing.join().is_err());
    ExitCode::SUCCESS
}

fn stderr_full_for_good() -> ExitCode {
    let (_reader, _) = full_stderr();
    let failing = Target::fallible(|| Err::<(), _>("unread")).start().unwrap();
    println!("{}", failing.join().is_err());
    ExitCode::SUCCESS
}
