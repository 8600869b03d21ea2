//! Start, rename, enumerate, dump, stop, join, and drop, from eight threads at once, on threads that
//! end in every way there is.

use std::cell::Cell;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use threadkit::{
    ExceptionKind, JoinError, Stopped, Thread, dump, enumerate, main_thread, spawn, thread_class,
};

use crate::census::Census;
use crate::{memory, wait_for_all};

const PLAYERS: usize = 8;
/// Where players find each other's threads.
const PLACES: usize = 32;

/// What a round knows of its threads: which `run` was begun, which failure was reported, and which
/// thread-local was destroyed.
struct Round {
    ran: Census,
    reported: Census,
    destroyed: Census,
    places: [Mutex<Option<Thread<Job>>>; PLACES],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Return,
    Panic,
    Error,
    Exit,
    /// Waits for a stop, and says so by an `Err`.
    Stop,
}

fn end_of(number: usize) -> End {
    [End::Return, End::Panic, End::Error, End::Exit, End::Stop][number % 5]
}

#[thread_class(stack_size = 128 * 1024)]
struct Job {
    number: usize,
    round: Arc<Round>,
}

#[derive(Debug)]
enum Failure {
    Error,
    Stopped(Stopped),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("of a job")
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Error => None,
            Self::Stopped(stopped) => Some(stopped),
        }
    }
}

/// Counts its thread when it is destroyed with it.
struct Destroyed(Cell<Option<(usize, Arc<Round>)>>);

impl Drop for Destroyed {
    fn drop(&mut self) {
        if let Some((number, round)) = self.0.take() {
            assert!(threadkit::current_thread().is_alive());
            round.destroyed.count(number);
        }
    }
}

threadkit::local! { static DESTROYED: Destroyed = const { Destroyed(Cell::new(None)) }; }

#[thread_class]
impl Job {
    fn run(&self) -> Result<usize, Failure> {
        self.round.ran.count(self.number);
        DESTROYED.with(|value| value.0.set(Some((self.number, Arc::clone(&self.round)))));
        match end_of(self.number) {
            End::Return => Ok(self.number),
            End::Panic => panic_any(self.number),
            End::Error => Err(Failure::Error),
            End::Exit => threadkit::exit_thread(),
            End::Stop => {
                Err(Failure::Stopped(threadkit::sleep(Duration::MAX).expect_err("never over")))
            }
        }
    }
}

/// How a thread that is over ended is the same, whoever asks and however often.
fn check_outcome(job: &Thread<Job>) {
    let outcome = job.join();
    assert!(!job.is_alive() && !enumerate().contains(&job.to_thread()));
    let end = end_of(job.number);
    match outcome {
        Ok(()) => assert!(matches!(end, End::Return | End::Exit | End::Stop), "{end:?}"),
        Err(JoinError::Failed(exception)) => match exception.kind() {
            ExceptionKind::Panic => assert_eq!(end, End::Panic),
            _ => assert_eq!(end, End::Error),
        },
        Err(error) => panic!("{error}"),
    }
    match job.value() {
        Ok(Ok(number)) => assert_eq!(number, job.number),
        Ok(Err(_)) => assert!(matches!(end, End::Error | End::Stop), "{end:?}"),
        // Another player may have been first.
        Err(JoinError::NoValue | JoinError::Failed(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

fn play(seed: u64, turns: usize, round: &Arc<Round>) {
    let mut random = Rng::with_seed(seed);
    for _ in 0..turns {
        let place = &round.places[random.usize(..PLACES)];
        let place = || place.lock().unwrap_or_else(PoisonError::into_inner);
        let found = place().clone();
        match (random.u8(..12), found) {
            (0..4, _) | (_, None) => {
                let (number, round) = (round.ran.next(), Arc::clone(round));
                let job = Job { number, round }.with_daemon(random.bool()).start().unwrap();
                let before = place().replace(job);
                if let Some(before) = before {
                    before.request_stop();
                    if random.bool() {
                        check_outcome(&before);
                    }
                }
            }
            (4, Some(job)) => {
                job.set_name(format!("renamed {}", job.number));
                assert!(job.to_thread().is::<Job>());
            }
            (5, _) => {
                let listed = enumerate();
                assert!(listed.is_sorted_by(|one, next| one.ident() < next.ident()));
                assert!(listed.contains(&main_thread()));
            }
            (6, _) => assert!(dump().to_string().contains("MainThread")),
            (7, Some(job)) => {
                if let Err(error) = job.join_timeout(Duration::from_micros(random.u64(..50))) {
                    assert!(error.is_timeout() || error.exception().is_some(), "{error}");
                }
            }
            (8, Some(job)) => {
                let erased = job.to_thread();
                drop(job);
                assert!(erased.downcast::<Job>().map_or(true, |job| job.class_name() == "Job"));
            }
            (_, Some(job)) => {
                job.request_stop();
                check_outcome(&job);
            }
        }
    }
}

pub(crate) fn churn(turns: usize) {
    threadkit::set_excepthook(|args| {
        let job = args.thread.clone().downcast::<Job>().expect("only jobs fail");
        assert!(job.is_alive());
        job.round.reported.count(job.number);
    });
    let started = AtomicUsize::new(0);
    memory::comes_back(|| {
        let threads = PLAYERS * turns;
        let round = Arc::new(Round {
            ran: Census::new(threads),
            reported: Census::new(threads),
            destroyed: Census::new(threads),
            places: std::array::from_fn(|_| Mutex::new(None)),
        });
        let players: Vec<_> = (0..PLAYERS as u64)
            .map(|seed| {
                let round = Arc::clone(&round);
                spawn(move || play(seed, turns, &round))
            })
            .collect();
        for player in players {
            player.join().expect("every turn is as it should be");
        }
        for place in &round.places {
            let job = place.lock().unwrap().take();
            if let Some(job) = job {
                job.request_stop();
            }
        }
        wait_for_all();
        let given = round.ran.given();
        started.store(given, Ordering::Relaxed);
        round.ran.check(given, |_| true);
        let fails = |number| matches!(end_of(number), End::Panic | End::Error);
        round.reported.check(given, fails);
        round.destroyed.check(given, |_| true);
    });
    println!("{} jobs in a round of {PLAYERS} players", started.into_inner());
}
