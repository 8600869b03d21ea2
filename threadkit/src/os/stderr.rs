//! Writing to stderr past std's lock.

use std::cell::Cell;
use std::panic;

thread_local! {
    /// A harness hears what is written on this thread by std's macros, and nothing else.
    static CAPTURED: Cell<bool> = const { Cell::new(false) };
}

/// Has what the current thread writes from now on go where a test harness captures it.
pub(crate) fn set_captured() {
    CAPTURED.set(true);
}

/// As std's macro writes, which panics where stderr is broken.
#[cold]
fn write_captured(text: &str) {
    let _ = panic::catch_unwind(|| eprint!("{text}"));
}

/// Writes `text` as std's own panic message is written: at once, and without the lock of [`std::io::stderr`].
/// Whoever holds that may be waiting for the very thread that has something to report. A full pipe that does not block
/// is waited for while somebody reads, and for a short time where nobody does. What a stderr that is closed or broken
/// does not take is lost.
///
/// A thread of a test writes as std's macros do, since that is what a harness captures.
#[cfg(unix)]
pub(crate) fn write(text: &str) {
    use std::io::ErrorKind;

    if CAPTURED.get() {
        return write_captured(text);
    }
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        match unix::write(rest).map_err(|error| error.kind()) {
            Ok(0) => return,
            Ok(written) => rest = &rest[written..],
            Err(ErrorKind::Interrupted) => {}
            Err(ErrorKind::WouldBlock) if unix::wait_for_room() => {}
            Err(_) => return,
        }
    }
}

/// Elsewhere with std's lock.
#[cfg(not(unix))]
pub(crate) fn write(text: &str) {
    use std::io::Write as _;

    if CAPTURED.get() {
        return write_captured(text);
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(unix)]
mod unix {
    use std::io::{self, ErrorKind};
    use std::time::{Duration, Instant};

    /// How long a stderr that is full may stay so. A thread that failed is not over before its report is written.
    const PATIENCE: Duration = Duration::from_secs(2);

    /// Writes what there is room for.
    pub(super) fn write(bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: `bytes` is readable for as many bytes as it is long, and `write` does nothing but read them.
        // A descriptor that is not open, or not for writing, is an error.
        let written =
            unsafe { libc::write(libc::STDERR_FILENO, bytes.as_ptr().cast(), bytes.len()) };
        usize::try_from(written).map_err(|_| io::Error::last_os_error())
    }

    /// Waits for room, or an error that the next write will tell of; says whether there was any in time.
    pub(super) fn wait_for_room() -> bool {
        let start = Instant::now();
        let mut stderr =
            libc::pollfd { fd: libc::STDERR_FILENO, events: libc::POLLOUT, revents: 0 };
        while let Some(left) = PATIENCE.checked_sub(start.elapsed()) {
            // Rounded up: with 0 it would not wait at all.
            let millis = i32::try_from(left.as_millis()).map_or(i32::MAX, |millis| millis + 1);
            // SAFETY: `stderr` is one `pollfd`, which `poll` reads and writes during the call only.
            let ready = unsafe { libc::poll(&raw mut stderr, 1, millis) };
            match ready {
                0 => return false,
                1.. => return true,
                _ if io::Error::last_os_error().kind() == ErrorKind::Interrupted => {}
                _ => return false,
            }
        }
        false
    }
}
