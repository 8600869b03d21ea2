//! [`Dumper`]: a dump on a signal.

use std::fmt;
use std::io;
use std::process;

use signal_hook::consts::SIGUSR1;
use signal_hook::iterator::Signals;

use super::fullest;
use crate::class::receiver::ByValue;
use crate::class::{Options, ThreadClass};
use crate::os;
use crate::start::builder::object_methods;
use crate::tools::stop::on_stop;

/// A daemon that prints a [`dump`](crate::dump()) on stderr whenever the process gets `SIGUSR1`: a program that hangs
/// says what its threads wait for, and with the feature `stacks` in which line each of them stands. As Java does on `SIGQUIT`, and Python with
/// [`faulthandler.register`].
///
/// It is a thread class like any other. The signal is caught from [`new`](Self::new) on, beside whoever
/// else listens to it by the crate `signal-hook`; after the thread's end it is still caught, and nothing
/// happens. The table is written in one piece, also while
/// somebody holds the lock of [`std::io::stderr`]. Feature `signal`, on Unix.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let dumper = threadkit::Dumper::new()?.start()?;
/// // kill -USR1 4711
/// assert!(dumper.is_daemon());
/// dumper.request_stop();
/// dumper.join()?;
/// # Ok(())
/// # }
/// ```
///
/// [`faulthandler.register`]: https://docs.python.org/3/library/faulthandler.html#faulthandler.register
// Written out: see `Timer`.
#[must_use = "a thread object does nothing until it is started: `.start()`"]
pub struct Dumper {
    signals: Signals,
}

impl Dumper {
    /// A dumper for `SIGUSR1`.
    ///
    /// # Errors
    ///
    /// If the system has no room for another pipe.
    pub fn new() -> io::Result<Self> {
        Self::on(SIGUSR1)
    }

    /// A dumper for the signal of this number, as the system's headers give it.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and for a signal that cannot be caught.
    ///
    /// # Panics
    ///
    /// For a signal that must not be handled later than it comes, such as `SIGSEGV`.
    ///
    /// # Examples
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let dumper = threadkit::Dumper::on(libc::SIGUSR2)?.with_name("usr2").start()?;
    /// # dumper.request_stop();
    /// # Ok(())
    /// # }
    /// ```
    pub fn on(signal: i32) -> io::Result<Self> {
        Signals::new([signal]).map(|signals| Self { signals })
    }

    fn run(mut self) {
        let handle = self.signals.handle();
        on_stop(move || handle.close());
        for _ in self.signals.forever() {
            os::stderr::write(&format!("threads of process {}:\n{}", process::id(), fullest()));
        }
    }

    object_methods!();
}

#[diagnostic::do_not_recommend]
impl ThreadClass for Dumper {
    type Output = ();
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Dumper").daemon(true);

    fn __run(this: Self) {
        this.run();
    }
}

impl fmt::Debug for Dumper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dumper").finish_non_exhaustive()
    }
}
