//! A `#[threadkit::test]` from its beginning to its verdict.

mod verdict;

use std::io;
use std::process::{ExitCode, Termination};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::base::guest::{self, Payload};
use crate::base::name::Name;
use crate::base::primitive::thread::{self, JoinHandle};
use crate::base::virtual_time::{self, Clock};
use crate::core::record::Record;
use crate::core::registry;
use crate::core::test::Test;
use crate::failure;
use crate::local;
use crate::os;
use crate::thread::current;
use verdict::{Problem, Verdict};

/// What `#[threadkit::test(..)]` sets.
#[derive(Clone, Copy, Debug)]
pub struct TestOptions {
    module: &'static str,
    name: &'static str,
    timeout: Option<Duration>,
    grace: Duration,
    stop: Stop,
    leaks_daemons: bool,
    virtual_time: bool,
    should_panic: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Nobody,
    Daemons,
    All,
}

/// How long threads may take to end when the body has returned, if the test does not say otherwise.
const GRACE: Duration = Duration::from_secs(1);

impl TestOptions {
    /// The test of that name, without a timeout.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str) -> Self {
        Self {
            module,
            name,
            timeout: None,
            grace: GRACE,
            stop: Stop::Nobody,
            leaks_daemons: false,
            virtual_time: false,
            should_panic: false,
        }
    }

    /// `timeout = ".."`.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// `grace = ".."`.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
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

    /// `leaks = "daemons"`.
    #[must_use]
    pub const fn leaks_daemons(mut self) -> Self {
        self.leaks_daemons = true;
        self
    }

    /// `time = "virtual"`.
    #[must_use]
    pub const fn virtual_time(mut self) -> Self {
        self.virtual_time = true;
        self
    }

    /// `#[should_panic]` stands on the test.
    #[must_use]
    pub const fn should_panic(mut self) -> Self {
        self.should_panic = true;
        self
    }

    /// The name that libtest gives: without the crate.
    fn name(&self) -> Name {
        let modules = self.module.split_once("::").map(|(_, modules)| format!("{modules}::"));
        Name::from(modules.unwrap_or_default() + self.name)
    }
}

/// `#[threadkit::test]`: runs the body on a thread of its own, waits for the threads that it has started, and judges.
///
/// # Panics
///
/// With the payload of the body's panic, or with what is wrong with the test's threads.
#[track_caller]
pub fn test<T: Termination>(
    options: TestOptions,
    body: impl FnOnce() -> T + Send + 'static,
) -> ExitCode {
    let running = match Running::start(options, body) {
        Ok(running) => running,
        Err(error) => panic!("the test has no thread to run on: {error}"),
    };
    match running.judge() {
        Verdict::Ended(code) => code,
        Verdict::Panicked(payload) => std::panic::resume_unwind(payload),
        // At the place of the test, since `track_caller` says so.
        Verdict::Failed(text) => panic!("{text}"),
    }
}

/// A test whose body runs.
struct Running {
    options: TestOptions,
    test: Arc<Test>,
    /// The thread of the body.
    record: Arc<Record>,
    system: JoinHandle<Result<ExitCode, Payload>>,
}

impl Running {
    /// The body has a thread of its own in any case, as a test with a timeout needs it: a class is then tested in the same
    /// way wherever the harness runs its tests, which may be the main thread.
    fn start<T: Termination>(
        options: TestOptions,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        // Before the body, whose first panic may be a thread's that has just begun.
        failure::panic_hook::install();
        let (clock, name) = (options.virtual_time.then(Clock::start), options.name());
        let test = Arc::new(Test::new(clock));
        let record = Record::of_test(name.clone(), test.clone());
        if let Some(clock) = clock {
            let record = record.clone();
            // Whoever waits for the body looks again.
            clock.on_deadlock(move || record.end.announce(|| ()));
        }
        let _ = registry::add(&record); // only what would hold the process is refused
        // Std's means hand on what the harness captures.
        let system = thread::Builder::new().name(String::from(&*name)).spawn({
            let record = record.clone();
            move || run(record, body)
        });
        match system {
            Ok(system) => Ok(Self { options, test, record, system }),
            Err(error) => {
                registry::remove_over(&record);
                if let Some(clock) = clock {
                    clock.stop();
                }
                Err(error)
            }
        }
    }

    fn judge(self) -> Verdict {
        let Self { options, test, record, system } = self;
        // A test in a test works, as far as the clock of the outer one knows.
        let _time = InTime::of(None);
        let deadline = options.timeout.and_then(|timeout| clock::now().checked_add(timeout));
        let is_stuck = || test.clock.is_some_and(Clock::is_deadlocked);
        record.end.wait_for(deadline, || record.is_over() || is_stuck());
        let mut problems = Vec::new();
        let outcome = if record.is_over() {
            let outcome = system.join().unwrap_or_else(Err);
            // The clock still counts the thread of the body, in whose place comes this one.
            let time = InTime::of(test.clock);
            problems.extend(wait_for_threads(&test, &options));
            drop(time);
            Some(outcome)
        } else {
            problems.push(if is_stuck() {
                Problem::deadlock(alive(&test))
            } else {
                Problem::timed_out(&options, alive(&test))
            });
            None
        };
        problems.extend(Problem::failures(&test.take_failures()));
        failure::hook::forget_test(&test);
        // What is left of the test may end; nobody waits for it.
        for thread in alive(&test) {
            thread.request_stop();
        }
        if let Some(clock) = test.clock {
            clock.stop();
        }
        verdict::of(&options, outcome, &problems)
    }
}

/// As long as this lives, the current thread has another time than before.
struct InTime {
    before: Option<Clock>,
}

impl InTime {
    /// That of a test, or of the system.
    fn of(clock: Option<Clock>) -> Self {
        Self { before: virtual_time::set_current(clock) }
    }
}

impl Drop for InTime {
    fn drop(&mut self) {
        virtual_time::set_current(self.before);
    }
}

/// The thread of the body.
fn run<T: Termination>(record: Arc<Record>, body: impl FnOnce() -> T) -> Result<ExitCode, Payload> {
    virtual_time::set_current(record.clock());
    current::begin_test(record);
    os::stderr::set_captured();
    local::enclose(|| {
        let outcome = guest::held_up(|| body().report());
        // A thread-local value that panics when it is destroyed, which is next, is a failure of the test.
        guest::set_hearer(Some(failure::panicked));
        outcome
    })
}

/// The threads of the test that are alive, in the order of their start.
fn alive(test: &Arc<Test>) -> Vec<Arc<Record>> {
    let is_own = |thread: &Arc<Record>| thread.test().is_some_and(|of| Arc::ptr_eq(of, test));
    registry::alive().into_iter().filter(is_own).collect()
}

/// The body has returned: waits for the test's threads, those included that they start meanwhile.
fn wait_for_threads(test: &Arc<Test>, options: &TestOptions) -> Option<Problem> {
    let grace = || clock::now().checked_add(options.grace);
    let stop = |asked: fn(&Record) -> bool| {
        let asked = alive(test).into_iter().filter(|thread| asked(thread));
        asked.for_each(|thread| thread.request_stop());
    };
    match options.stop {
        Stop::Nobody => {}
        Stop::Daemons => stop(Record::is_daemon),
        Stop::All => {
            // Those who use the daemons first: what they say at their end the daemons still hear.
            stop(|thread| !thread.is_daemon());
            wait(test, grace(), |thread| !thread.is_daemon());
            stop(Record::is_daemon);
        }
    }
    let counts = |thread: &Record| !(options.leaks_daemons && thread.is_daemon());
    let left = wait(test, grace(), counts);
    (!left.is_empty()).then(|| Problem::leaked(options, left))
}

/// Waits for those of the test's threads that count, until `deadline`; gives those that are alive then.
fn wait(
    test: &Arc<Test>,
    deadline: Option<Instant>,
    counts: impl Fn(&Record) -> bool,
) -> Vec<Arc<Record>> {
    loop {
        let mut left = alive(test);
        left.retain(|thread| counts(thread));
        let Some(next) = left.first() else { return left };
        if !next.end.wait_for(deadline, || next.is_over()) {
            left.retain(|thread| !thread.is_over());
            return left;
        }
    }
}
