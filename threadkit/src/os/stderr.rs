//! Writing to stderr past std's lock.

/// Writes `text` as std's own panic message is written: at once, and without the lock of [`std::io::stderr`].
/// Whoever holds that may be waiting for the very thread that has something to report. What a stderr that is
/// closed or broken does not take is lost.
#[cfg(unix)]
pub(crate) fn write(text: &str) {
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        // SAFETY: `rest` is readable for as many bytes as it is long, and `write` does nothing but read them.
        // A descriptor that is not open, or not for writing, is an error.
        let written = unsafe { libc::write(libc::STDERR_FILENO, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(written) {
            Err(_) if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {
            }
            Ok(0) | Err(_) => return,
            Ok(written) => rest = &rest[written..],
        }
    }
}

/// Elsewhere with std's lock.
#[cfg(not(unix))]
pub(crate) fn write(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().write_all(text.as_bytes());
}
