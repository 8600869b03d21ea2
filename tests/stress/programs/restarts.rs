//! Children that fail again and again, and a supervisor that starts them again: nothing of those before is left.

use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Strategy, Supervisor, Target, sleep, thread_class};

use crate::memory::{self, bytes};
use crate::wait_for_all;

/// Fails at once, but for the last.
#[thread_class(excepthook = threadkit::silent)]
struct Failing {
    number: usize,
    last: usize,
    done: mpsc::Sender<isize>,
}

#[thread_class]
impl Failing {
    fn run(self) -> Result<(), String> {
        if self.number < self.last {
            // Payloads and messages are part of it.
            return Err(format!("attempt {} of {}", self.number, self.last));
        }
        // While the supervisor and its children are alive: its own lists count, too.
        self.done.send(bytes()).unwrap();
        sleep(Duration::MAX).map_err(|stopped| stopped.to_string())
    }
}

/// What is allocated while the last of so many attempts runs, and then after the end.
fn attempts(count: usize, strategy: Strategy) -> isize {
    let (done, last) = mpsc::channel();
    let mut number = 0;
    let failing = move || {
        number += 1;
        Failing { number, last: count, done: done.clone() }
    };
    let supervisor = Supervisor::new()
        .child("steady", || Target::new(|| sleep(Duration::MAX)))
        .child("failing", failing)
        .with_strategy(strategy)
        .with_max_restarts(usize::MAX, Duration::from_micros(1))
        .with_backoff(Duration::ZERO, Duration::ZERO)
        .start()
        .unwrap();
    let alive = last.recv().unwrap();
    supervisor.request_stop();
    // The last one calls it a failure to be stopped, which is of no concern.
    supervisor.join().unwrap();
    alive
}

pub(crate) fn restarts(count: usize) {
    /// A thread that has just ended may hold what std has of it for a moment, as in `memory`.
    const SLACK: isize = 8 * 1024;

    for strategy in [Strategy::OneForOne, Strategy::OneForAll] {
        attempts(2, strategy);
        wait_for_all();
        let (few, many) = (attempts(10, strategy), attempts(count, strategy));
        println!("after {count} attempts: {} bytes more than after 10", many - few);
        assert!((many - few).abs() < SLACK, "{few} bytes, then {many}");
    }
    memory::comes_back(|| {
        attempts(count / 10, Strategy::OneForAll);
        wait_for_all();
    });
}
