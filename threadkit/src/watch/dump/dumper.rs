//! [`Dumper`]: a dump on a signal.

use std::fmt;
use std::io;
#[cfg(feature = "serde")]
use std::path::Path;
#[cfg(feature = "signal")]
use std::process;

#[cfg(feature = "signal")]
use signal_hook::consts::{FORBIDDEN, SIGUSR1};
#[cfg(feature = "signal")]
use signal_hook::iterator::Signals;

#[cfg(feature = "signal")]
use super::fullest;
#[cfg(feature = "serde")]
use super::server::Server;
use crate::class::receiver::ByValue;
use crate::class::{Options, ThreadClass};
#[cfg(feature = "signal")]
use crate::os;
use crate::start::builder::object_methods;
#[cfg(feature = "serde")]
use crate::thread::Thread;
#[cfg(feature = "signal")]
use crate::tools::stop::on_stop;

/// A daemon that prints a [`dump`](crate::dump()) on stderr whenever the process gets `SIGUSR1`: a program that hangs
/// says what its threads wait for, and with the feature `stacks` in which line each of them stands. As Java does on `SIGQUIT`,
/// and Python with [`faulthandler.register`].
///
/// It is a thread class like any other. The signal is caught from [`new`](Self::new) on, beside whoever
/// else listens to it by the crate `signal-hook`; after the thread's end it is still caught, and nothing
/// happens. The table is written in one piece. Feature `signal`, on Unix. [`new`](Self::new) has an example.
///
/// [`faulthandler.register`]: https://docs.python.org/3/library/faulthandler.html#faulthandler.register
///
/// [`serve`](Self::serve) makes one that hands the dump out at a socket instead, with the feature `serde`.
// Written out: see `Timer`.
#[must_use = "a thread object does nothing until it is started: `.start()`"]
pub struct Dumper {
    source: Source,
}

/// `signal-hook` has no room for more; no system has as many.
#[cfg(feature = "signal")]
const ROOM: i32 = 128;

/// By what it is asked.
enum Source {
    #[cfg(feature = "signal")]
    Signals(Signals),
    #[cfg(feature = "serde")]
    Socket(Server),
}

#[cfg(feature = "signal")]
impl Dumper {
    /// A dumper for `SIGUSR1`.
    ///
    /// # Errors
    ///
    /// If the system has no room for another pipe.
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
    pub fn new() -> io::Result<Self> {
        Self::on(SIGUSR1)
    }

    /// A dumper for the signal of this number, as the system's headers give it.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and for a signal that cannot be caught, or must not be handled later than it comes, such as
    /// `SIGSEGV`.
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
        // The crate would panic, and once more in what it drops then, which aborts the process.
        if FORBIDDEN.contains(&signal) || !(1..ROOM).contains(&signal) {
            let reason = format!("signal {signal} cannot be caught, or not handled later");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        Signals::new([signal]).map(|signals| Self { source: Source::Signals(signals) })
    }
}

#[cfg(feature = "serde")]
impl Dumper {
    /// Hands the dump out at a Unix socket of this path, to whoever connects: one line of JSON, as [`Dump`](crate::Dump)
    /// serializes, and the end. With stacks, where the feature `stacks` is on. The example `top` shows it on a screen;
    /// `socat - UNIX:PATH | jq` does, too.
    ///
    /// It is started already. The socket is for the owner of the process alone (mode 600); one that a process left behind
    /// which is gone is replaced, and a stop removes it. One is served at a time, and has five seconds to read.
    ///
    /// # Errors
    ///
    /// If the socket cannot be made, as where another process serves at this path, or a file is there that is no socket;
    /// if the system refuses the thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::Read;
    /// use std::os::unix::net::UnixStream;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let path = std::env::temp_dir().join(format!("threads-{}", std::process::id()));
    /// let server = threadkit::Dumper::serve(&path)?;
    /// let mut json = String::new();
    /// UnixStream::connect(&path)?.read_to_string(&mut json)?;
    /// assert!(json.contains(r#""class":"Dumper""#));
    /// server.request_stop();
    /// server.join()?;
    /// assert!(!path.exists());
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn serve(path: impl AsRef<Path>) -> io::Result<Thread<Self>> {
        Self { source: Source::Socket(Server::bind(path.as_ref())?) }.start()
    }
}

impl Dumper {
    fn run(self) {
        match self.source {
            #[cfg(feature = "signal")]
            Source::Signals(signals) => print_on(signals),
            #[cfg(feature = "serde")]
            Source::Socket(server) => server.run(),
        }
    }
}

object_methods!(Dumper);

#[diagnostic::do_not_recommend]
impl ThreadClass for Dumper {
    type Output = ();
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Dumper").daemon(true);

    fn __run(this: Self) {
        this.run();
    }
}

#[cfg(feature = "signal")]
fn print_on(mut signals: Signals) {
    let handle = signals.handle();
    on_stop(move || handle.close());
    for _ in signals.forever() {
        let text = format!("threads of process {}:\n{}", process::id(), fullest());
        // Past std's lock: whoever holds it may be the one that hangs.
        os::stderr::write(&text);
    }
}

impl fmt::Debug for Dumper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dumper").finish_non_exhaustive()
    }
}
