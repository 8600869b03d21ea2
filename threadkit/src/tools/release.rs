//! Letting go of threads: they are asked to stop and waited for, and a wait that lasts is explained.

use std::time::{Duration, Instant};

use crate::base::clock;
use crate::join::{self, JoinError};
use crate::process::explain::{explain, patience};
use crate::thread::Thread;
use crate::thread::current::with_current;

/// Asks all of `threads` to stop, and waits for them, for at most `timeout` in all. `owner` is what is being dropped.
///
/// A wait that would never end is left out, and a failure has been reported on its thread.
pub(super) fn stop_and_join<C>(owner: &str, threads: &[Thread<C>], timeout: Duration) {
    threads.iter().for_each(Thread::request_stop);
    let mut wait = Wait::of(|| {
        let name = with_current(Thread::name);
        format!("thread '{name}' drops a {owner}, and waits until these have stopped")
    });
    let deadline = clock::now().checked_add(timeout);
    for (place, thread) in threads.iter().enumerate() {
        let _ = wait.join(thread, deadline, &threads[place..]);
    }
}

/// A wait for one thread after the other, which is explained once, if it lasts.
pub(super) struct Wait<W> {
    words: W,
    explain_at: Option<Instant>,
}

impl<W: Fn() -> String> Wait<W> {
    /// Begins now; `words` say who waits.
    pub(super) fn of(words: W) -> Self {
        let explain_at = patience().and_then(|patience| clock::now().checked_add(patience));
        Self { words, explain_at }
    }

    /// Waits for `thread` until `deadline`. The explanation names those of `all` that are alive.
    pub(super) fn join<C>(
        &mut self,
        thread: &Thread<C>,
        deadline: Option<Instant>,
        all: &[Thread<C>],
    ) -> Result<(), JoinError> {
        join::wait_until(thread.record_arc(), deadline, &mut self.explain_at, || {
            let alive = all.iter().filter(|thread| thread.is_alive()).map(Thread::to_thread);
            explain(&(self.words)(), alive, "");
        })
    }
}
