//! A `Dumper`, and signals.

use std::env::temp_dir;
use std::fs;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{self, ExitCode};
use std::time::Duration;

use threadkit::{Dumper, Guard, Target};

crate::scenarios! { dumper, dumper_on, dumper_serves }

fn signal_this_process() {
    let id = process::id().try_into().unwrap();
    // SAFETY: `kill` touches no memory.
    assert_eq!(unsafe { libc::kill(id, libc::SIGUSR1) }, 0);
}

/// Stderr, read by whoever holds what is returned.
pub(crate) fn take_stderr() -> UnixStream {
    let (read, write) = UnixStream::pair().unwrap();
    // SAFETY: both are open; who else writes to stderr does so by its number.
    assert_eq!(unsafe { libc::dup2(write.as_raw_fd(), libc::STDERR_FILENO) }, libc::STDERR_FILENO);
    read
}

fn dumper() -> ExitCode {
    let mut stderr = take_stderr();
    // Whoever hangs may hold it.
    let _locked = std::io::stderr().lock();
    let watch = Target::new(|| threadkit::sleep(Duration::MAX)).with_name("night watch");
    let watch = Guard::new(watch.start().unwrap());
    let dumper = Dumper::new().unwrap().start().unwrap();
    assert!(dumper.is_daemon());
    for _ in 0..3 {
        signal_this_process();
        // One write is one read: there is room for a table.
        let mut bytes = vec![0; 64 * 1024];
        let length = stderr.read(&mut bytes).unwrap();
        let text = std::str::from_utf8(&bytes[..length]).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(&*format!("threads of process {}:", process::id())));
        assert!(lines.next().unwrap().starts_with("IDENT"), "{text}");
        for (name, class) in
            [("MainThread", "MainThread"), ("night watch", "Target"), (&*dumper.name(), "Dumper")]
        {
            assert!(
                lines.next().is_some_and(|line| line.contains(name) && line.contains(class)),
                "{text}"
            );
        }
        assert_eq!(lines.next(), Some(""));
        let stacks = lines.filter(|line| line.starts_with("stack of '")).count();
        assert_eq!(stacks, 3, "{text}");
    }
    println!("in one piece");
    dumper.request_stop();
    dumper.join().unwrap();
    println!("stopped");
    signal_this_process();
    drop(watch);
    println!("still here");
    ExitCode::SUCCESS
}

/// Signals for which there can be none.
fn dumper_on() -> ExitCode {
    for signal in [libc::SIGKILL, libc::SIGSTOP, libc::SIGSEGV, 0, -1, 128, i32::MAX] {
        let error = Dumper::on(signal).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{signal}: {error}");
    }
    println!("typed");
    ExitCode::SUCCESS
}

/// At a socket, beside files of others.
fn dumper_serves() -> ExitCode {
    let place = temp_dir().join(format!("threadkit-serves-{}", process::id()));
    fs::create_dir(&place).unwrap();
    let path = |name: &str| place.join(name);

    fs::write(path("file"), "of others").unwrap();
    std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
    for name in ["file", "link"] {
        let error = Dumper::serve(path(name)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse, "{name}");
        assert_eq!(fs::read_to_string(path(name)).unwrap(), "of others");
    }
    println!("no file is removed");

    // A server that has gone without a word.
    drop(UnixListener::bind(path("socket")).unwrap());
    let first = Dumper::serve(path("socket")).unwrap();
    assert_eq!(Dumper::serve(path("socket")).unwrap_err().kind(), io::ErrorKind::AddrInUse);
    fs::remove_file(path("socket")).unwrap();
    let second = Dumper::serve(path("socket")).unwrap();
    first.request_stop();
    first.join().unwrap();
    let mut json = String::new();
    UnixStream::connect(path("socket")).unwrap().read_to_string(&mut json).unwrap();
    assert!(json.contains("MainThread"), "{json}");
    second.request_stop();
    second.join().unwrap();
    assert!(!path("socket").exists());
    println!("nor another's socket");
    fs::remove_dir_all(place).unwrap();
    ExitCode::SUCCESS
}
