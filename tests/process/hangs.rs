//! Programs that hang, asked by a signal.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::child::command;

/// A program that is ended with the test.
struct Hanging(Child);

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Runs the program until it says that it is ready, and signals it until a dump has all that it said before. Nothing but
/// the dump tells when a thread has come to where it hangs; that each signal is answered by a dump is part of the test.
fn shows_its_line(scenario: &str) -> String {
    let mut command = command(scenario);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Hanging(command.spawn().unwrap());
    let stdout = BufReader::new(child.0.stdout.take().unwrap());
    let mut stderr = child.0.stderr.take().unwrap();
    let lines = stdout.lines().map(Result::unwrap).take_while(|line| line != "ready");
    let expected: Vec<_> = lines.collect();
    assert!(!expected.is_empty());
    let id = child.0.id().try_into().unwrap();
    let mut dump = String::new();
    while !expected.iter().all(|line| dump.contains(line)) {
        // SAFETY: `kill` touches no memory.
        assert_eq!(unsafe { libc::kill(id, libc::SIGUSR1) }, 0);
        dump = next_dump(&mut stderr);
    }
    dump
}

/// Reads one dump, which ends with the stack of the dumper or of the threads behind it.
fn next_dump(stderr: &mut impl std::io::Read) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut more = vec![0; 1 << 16];
        let len = stderr.read(&mut more).unwrap();
        assert_ne!(len, 0, "the program has ended: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&more[..len]);
        let text = String::from_utf8_lossy(&bytes);
        let rows = text.lines().skip(2).take_while(|line| !line.is_empty()).count();
        if rows > 0 && text.matches("\nstack of '").count() == rows && text.ends_with('\n') {
            return text.into_owned();
        }
    }
}

macro_rules! hangs {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            let scenario = concat!("hang_", stringify!($name));
            shows_its_line(scenario);
        }
    )* };
}

hangs! {
    lock crossed channel pipe accept condvar join scope spin child destructor unknown deep
}

/// The kernel tells two registers of a thread that does not answer. Where the C library keeps frame pointers, as musl does
/// that Zig builds, its caller is found by a third.
#[test]
#[cfg_attr(target_env = "musl", ignore = "the calls behind those of the C library are not found")]
fn masked() {
    for scenario in ["hang_masked", "hang_masked_in_another"] {
        let dump = shows_its_line(scenario);
        assert!(dump.contains("did not answer in 200 ms: it blocks the signal"), "{dump}");
    }
}
