//! [`dump_after`]: a dump when something takes too long.

use std::process;
use std::time::Duration;

use super::fullest;
use crate::os;
use crate::thread::Thread;
use crate::tools::timer::Timer;

/// Prints a dump on stderr, with all stacks where the feature `stacks` is on, unless what this returns is dropped within
/// `timeout`. For a test that hangs now and then, or a request that must not take long; nothing else happens to it. As
/// Python's [`faulthandler.dump_traceback_later`].
///
/// A daemon thread waits for it, a [`Timer`]. The dump is made once; the guard's drop waits for one that has begun. A
/// timeout too long to end never ends.
///
/// # Panics
///
/// If the system refuses the thread.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// let guard = threadkit::dump_after(Duration::from_secs(30));
/// // what should not take half a minute
/// drop(guard);
/// ```
///
/// [`faulthandler.dump_traceback_later`]: https://docs.python.org/3/library/faulthandler.html#faulthandler.dump_traceback_later
#[doc(alias("dump_traceback_later", "timeout"))]
#[rustfmt::skip]
#[track_caller]
pub fn dump_after(timeout: Duration) -> DumpAfter { // such as `Duration::from_secs(5)`
    let dump = move || {
        let (id, dump) = (process::id(), fullest());
        os::stderr::write(&format!("threads of process {id}, after {timeout:?}:\n{dump}"));
    };
    // Also where it is started in a test, of whose threads it may be the one to tell.
    let timer = Timer::new(timeout, dump).with_name("dump_after").with_daemon(true).apart();
    DumpAfter { timer: timer.start().expect("the system has room for a thread") }
}

/// Its drop keeps [`dump_after`] from printing, or waits until it has printed.
#[must_use = "what is dropped at once is in time, always"]
#[derive(Debug)]
pub struct DumpAfter {
    timer: Thread<Timer>,
}

impl Drop for DumpAfter {
    fn drop(&mut self) {
        if !self.timer.cancel() {
            // Whoever is late, and may end the process now, is not to cut the dump short. No wait on the thread itself.
            let _ = self.timer.join();
        }
    }
}
