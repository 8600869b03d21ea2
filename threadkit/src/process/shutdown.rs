//! The end of the process: who is waited for, and what runs before.

use std::error::Error;
use std::fmt;
use std::process::{ExitCode, Termination};
use std::time::Duration;

use crate::base::clock;
use crate::base::guest;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::thread;
use crate::core::graph;
use crate::core::record::Record;
use crate::core::registry;
use crate::failure::exit;
use crate::local;
use crate::os;
use crate::os::process::AtExit;
use crate::process::explain::{self, explain};
use crate::thread::current::{self, current_thread, enumerate};
use crate::thread::{Thread, fork};

/// What is to be known of that wait where an exit does not end it: std parks a second one on Linux alone.
const ONE_EXIT_ONLY: &str = if cfg!(target_os = "linux") {
    "if one of them has called std::process::exit, std has parked it for ever: \
    under #[threadkit::main] it ends the process\n"
} else {
    ""
};

global! {
    /// Whether `#[threadkit::main]` sees to the end of the process.
    static UNDER_ATTRIBUTE: AtomicBool = AtomicBool::new(false);
}

type ShutdownCallback = Box<dyn FnOnce() + Send>;

global! {
    /// Std's lock, since a fork waits for it.
    static SHUTDOWN: Mutex<Shutdown> = Mutex::new(Shutdown {
        before_wait: Callbacks { registered: Vec::new(), begun: false },
        after_wait: Callbacks { registered: Vec::new(), begun: false },
    });
}

struct Shutdown {
    /// Those of [`at_shutdown`].
    before_wait: Callbacks,
    /// Those of [`at_exit`].
    after_wait: Callbacks,
}

struct Callbacks {
    registered: Vec<ShutdownCallback>,
    begun: bool,
}

fn lock() -> MutexGuard<'static, Shutdown> {
    primitive::lock(&SHUTDOWN)
}

/// Has forks wait for the lock.
fn wait_for_lock() {
    global! {
        static DONE: AtomicBool = AtomicBool::new(false);
    }
    fork::once(&DONE, |holds| holds.push(|| Box::new(lock())));
}

/// The process is shutting down: [`at_shutdown`] or [`at_exit`] came too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ShuttingDown;

impl fmt::Display for ShuttingDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the process is shutting down")
    }
}

impl Error for ShuttingDown {}

/// Calls `f` when `main` is over, before the process waits for its non-daemon threads: the place to tell
/// them to stop. What is to run when they have stopped is registered by [`at_exit`].
///
/// Callbacks run last-in first-out; one that panics is reported, and the others still run. Python has this as
/// `threading._register_atexit`.
///
/// Under `#[threadkit::main]` they run on the main thread when its body has returned or panicked; not
/// when a thread calls `std::process::exit`, which ends the process at once, from a callback too.
///
/// Without it they run when the process exits, on the thread that exits, unless it does so in the middle
/// of a panic. There is no second exit from there: std aborts the process if a callback calls
/// `std::process::exit`.
///
/// # Errors
///
/// [`ShuttingDown`] once the callbacks run.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), threadkit::ShuttingDown> {
/// let worker = threadkit::spawn(|| threadkit::sleep(std::time::Duration::MAX));
/// threadkit::at_shutdown(move || worker.request_stop())?;
/// # Ok(())
/// # }
/// ```
#[doc(alias("_register_atexit", "addShutdownHook"))]
pub fn at_shutdown(f: impl FnOnce() + Send + 'static) -> Result<(), ShuttingDown> {
    register(f, |shutdown| &mut shutdown.before_wait)
}

/// Calls `f` when the process has waited for its non-daemon threads, as Python's [`atexit`]: the place to flush a log
/// that they may have written to till the end, or to remove a file that they used.
///
/// Callbacks run last-in first-out; one that panics is reported, and the others still run. Where the daemons are asked
/// to stop (`#[threadkit::main(stop = ..)]`), they have had their grace by then; others may still run. When and where
/// the callbacks do not run is as for [`at_shutdown`]: not when a thread calls `std::process::exit` under the attribute.
///
/// # Errors
///
/// [`ShuttingDown`] once the callbacks run.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), threadkit::ShuttingDown> {
/// threadkit::at_exit(|| println!("all threads have ended"))?;
/// # Ok(())
/// # }
/// ```
///
/// [`atexit`]: https://docs.python.org/3/library/atexit.html
#[doc(alias = "atexit")]
pub fn at_exit(f: impl FnOnce() + Send + 'static) -> Result<(), ShuttingDown> {
    register(f, |shutdown| &mut shutdown.after_wait)
}

fn register(
    f: impl FnOnce() + Send + 'static,
    of: fn(&mut Shutdown) -> &mut Callbacks,
) -> Result<(), ShuttingDown> {
    wait_for_lock();
    let mut shutdown = lock();
    let callbacks = of(&mut shutdown);
    if callbacks.begun {
        return Err(ShuttingDown);
    }
    callbacks.registered.push(Box::new(f));
    drop(shutdown);
    hold_process();
    Ok(())
}

fn run_callbacks(of: fn(&mut Shutdown) -> &mut Callbacks) {
    loop {
        let mut shutdown = lock();
        let callbacks = of(&mut shutdown);
        callbacks.begun = true;
        let Some(callback) = callbacks.registered.pop() else { break };
        drop(shutdown);
        guest::call(callback);
    }
}

/// What `#[threadkit::main(..)]` sets.
#[derive(Clone, Copy, Debug)]
pub struct MainOptions {
    report_after: Option<Duration>,
    stop: Stop,
    grace: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Nobody,
    Daemons,
    All,
}

impl MainOptions {
    /// The wait is explained after ten seconds, nobody is asked to stop.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one, in a constant")]
    pub const fn new() -> Self {
        Self { report_after: Some(explain::REPORT_AFTER), stop: Stop::Nobody, grace: None }
    }

    /// `report_after = ".."`.
    #[must_use]
    pub const fn report_after(mut self, patience: Option<Duration>) -> Self {
        self.report_after = patience;
        self
    }

    /// `stop = "daemons"`.
    #[must_use]
    pub const fn stop_daemons(mut self) -> Self {
        self.stop = Stop::Daemons;
        self
    }

    /// `stop = "all"`.
    #[must_use]
    pub const fn stop_all(mut self) -> Self {
        self.stop = Stop::All;
        self
    }

    /// `grace = ".."`.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }
}

/// `#[threadkit::main]`: calls the body and sees the process to its end.
///
/// Main's thread-local values are destroyed last, if they were initialised in here: those of a caller of `main`, for
/// whom it is a function like any other, may still be borrowed by it.
///
/// `error` finds main's `Err`, in std's words.
pub fn main<T: Termination>(
    options: MainOptions,
    body: impl FnOnce() -> T,
    error: impl FnOnce(&T) -> Option<String>,
) -> ExitCode {
    let body = || {
        let output = body();
        let Some(error) = error(&output) else { return output.report() };
        // As `report` would, which waits for the lock of stderr.
        os::stderr::write(&error);
        ExitCode::FAILURE
    };
    // AcqRel: paired with the Acquire in `hold_process`; a call of `main` in `main` finds it set.
    if !os::thread::is_main() || UNDER_ATTRIBUTE.swap(true, Ordering::AcqRel) {
        return body();
    }
    wait_for_lock();
    explain::set_patience(options.report_after);
    local::enclose(|| see_to_the_end(options, body))
}

fn see_to_the_end(options: MainOptions, body: impl FnOnce() -> ExitCode) -> ExitCode {
    let main = current_thread();
    // It prints main's Err, with the user's own Debug.
    let code = exit::ending_main(body).unwrap_or_else(|payload| {
        let code = if exit::is_exit(&*payload) { ExitCode::SUCCESS } else { ExitCode::from(101) };
        guest::drop(payload);
        code
    });
    match options.stop {
        Stop::Nobody => {}
        Stop::Daemons => registry::stop_those(Record::is_daemon),
        Stop::All => registry::stop_those(|thread| !thread.is_daemon()),
    }
    run_callbacks(|shutdown| &mut shutdown.before_wait);
    main.record().set_over();
    if options.stop == Stop::All {
        // Those who use the daemons first: what they say at their end the daemons still hear.
        registry::wait_released_for(options.grace.unwrap_or(registry::STOP_ORDER));
        registry::stop_those(Record::is_daemon);
    }
    wait_for_threads("main is over; the process waits", "");
    if options.stop != Stop::Nobody {
        wait_for_daemons(options.grace.unwrap_or_default());
    }
    run_callbacks(|shutdown| &mut shutdown.after_wait);
    code
}

fn wait_for_daemons(grace: Duration) {
    let start = clock::now();
    for thread in enumerate().into_iter().filter(Thread::is_daemon) {
        // A dummy is refused and not waited for; who is not over in time is abandoned.
        let _ = thread.join_timeout(grace.saturating_sub(clock::now() - start));
    }
}

/// Called by the first start of a non-daemon thread: without the attribute, the promise to wait is
/// kept by a handler of the process's exit.
pub(crate) fn hold_process() {
    global! {
        static INSTALLED: AtomicBool = AtomicBool::new(false);
    }
    // Acquire: paired with the swap in `main`.
    if !UNDER_ATTRIBUTE.load(Ordering::Acquire) {
        wait_for_lock();
        fork::once(&INSTALLED, |_| os::process::at_exit::<Waiting>());
    }
}

/// The wait at exit. Main's thread-locals may be gone by now, and the caller cannot unwind.
struct Waiting;

impl AtExit for Waiting {
    fn at_exit() {
        before_exit();
    }
}

fn before_exit() {
    // `process::exit` in a destructor during unwinding: someone is in a hurry. Under the attribute
    // the wait is over, or nobody wants it; the handler is there if a thread was started before `main`.
    // Acquire: paired with the Release in `main`.
    if thread::panicking() || UNDER_ATTRIBUTE.load(Ordering::Acquire) {
        return;
    }
    // Where the system has destroyed the thread-locals, it has been said already.
    if let Some(exiting) = current::existing().filter(Thread::is_started_here) {
        graph::exits_on(exiting.record_arc());
    }
    run_callbacks(|shutdown| &mut shutdown.before_wait);
    let main = registry::main();
    if os::thread::is_main() {
        main.set_over();
    } else {
        graph::strand(&main);
    }
    wait_for_threads("the process exits, but waits", ONE_EXIT_ONLY);
    run_callbacks(|shutdown| &mut shutdown.after_wait);
}

/// Waits until no thread holds the process; explains a wait that lasts.
fn wait_for_threads(wait: &str, note: &str) {
    registry::wait_released(explain::patience(), || {
        let holding = enumerate().into_iter().filter(|thread| thread.record().holds_process());
        explain(&format!("{wait} for its non-daemon threads"), holding, note);
    });
}
