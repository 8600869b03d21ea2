//! Joins: how often, by whom, what is refused before it begins, and who gets the value.

use std::io;
use std::sync::{Arc, Barrier, mpsc};
use std::time::{Duration, Instant};

use threadkit::{
    JoinError, Target, Thread, current_thread, exit_thread, main_thread, spawn, thread_class,
};

use crate::support::gate;

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn any_number_of_threads_join_any_number_of_times() {
    let (gate, key) = gate();
    let thread = spawn(move || gate.wait());
    let barrier = Arc::new(Barrier::new(9));
    let joiners: Vec<_> = (0..8)
        .map(|n| {
            let (thread, barrier) = (thread.clone(), barrier.clone());
            spawn(move || {
                barrier.wait();
                for _ in 0..3 {
                    if n % 2 == 0 { thread.join() } else { thread.join_timeout(LONG) }.unwrap();
                }
                thread.is_alive()
            })
        })
        .collect();
    barrier.wait();
    assert!(thread.is_alive());
    drop(key);
    assert!(joiners.iter().all(|joiner| !joiner.value().unwrap()));
    thread.join().unwrap();
}

#[test]
fn everyone_hears_the_same_failure() {
    let thread = Target::fallible(|| Err::<(), _>("no")).start().unwrap();
    let exceptions: Vec<_> = (0..3)
        .map(|_| match thread.join() {
            Err(JoinError::Failed(exception)) => exception,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(exceptions.iter().all(|exception| Arc::ptr_eq(exception, &exceptions[0])));
}

#[test]
fn a_timeout_bounds_the_wait() {
    let (gate, key) = gate();
    let thread = spawn(move || {
        gate.wait();
        7
    });
    assert!(thread.join_timeout(Duration::ZERO).unwrap_err().is_timeout());
    let begin = Instant::now();
    let error = thread.join_timeout(Duration::from_millis(20)).unwrap_err();
    assert!(matches!(error, JoinError::TimedOut));
    assert!(begin.elapsed() >= Duration::from_millis(20));
    assert!(error.exception().is_none());
    drop(key);
    thread.join_timeout(Duration::MAX).unwrap();
    thread.join_timeout(Duration::ZERO).unwrap();
    assert_eq!(thread.value().unwrap(), 7);
}

#[test]
fn nobody_joins_itself() {
    let thread = spawn(|| {
        let this = current_thread();
        let typed: Thread<Target<bool>> = this.clone().downcast().expect("it runs");
        let value = typed.value();
        let same = typed.into_object_of_a_consumed_class();
        matches!(this.join(), Err(JoinError::CurrentThread))
            && matches!(this.join_timeout(LONG), Err(JoinError::CurrentThread))
            && matches!(this.join_timeout(Duration::ZERO), Err(JoinError::CurrentThread))
            && matches!(value, Err(JoinError::CurrentThread))
            && same
    });
    assert!(thread.value().unwrap());
}

trait NotThere {
    /// `into_object` does not exist for a class that is consumed, so an extension may call itself so.
    fn into_object_of_a_consumed_class(&self) -> bool {
        true
    }
}

impl<C> NotThere for Thread<C> {}

#[test]
fn an_alien_thread_is_not_joined() {
    let (alien, main) = (current_thread(), main_thread());
    let thread = spawn(move || (alien.join(), main.join_timeout(Duration::ZERO)));
    let (alien, main) = thread.value().unwrap();
    assert!(matches!(alien, Err(JoinError::Dummy)));
    assert!(matches!(main, Err(JoinError::TimedOut)));
}

/// Joins what it is told to.
fn joiner() -> (mpsc::Sender<Thread>, Thread<Target<Result<(), JoinError>>>) {
    let (tell, told) = mpsc::channel::<Thread>();
    (tell, spawn(move || told.recv().unwrap().join()))
}

/// The threads of a ring, each told to join the next; how each of the joins ended.
fn ring(length: usize) -> Vec<(Thread, Result<(), JoinError>)> {
    let (tells, threads): (Vec<_>, Vec<_>) = (0..length).map(|_| joiner()).unzip();
    for (at, tell) in tells.iter().enumerate() {
        tell.send(threads[(at + 1) % length].to_thread()).unwrap();
    }
    threads.iter().map(|thread| (thread.to_thread(), thread.value().unwrap())).collect()
}

#[test]
fn a_ring_of_joins_is_refused_to_one_of_them() {
    for length in [2, 3, 5] {
        let joins = ring(length);
        let refused: Vec<_> = joins.iter().filter(|(_, outcome)| outcome.is_err()).collect();
        let [(refused, Err(JoinError::Deadlock(cycle)))] = refused.as_slice() else {
            panic!("{joins:?}")
        };
        assert_eq!(cycle.threads().len(), length);
        assert_eq!(cycle.threads()[0], *refused);
        let at = joins.iter().position(|(thread, _)| thread == refused).unwrap();
        for (step, thread) in cycle.threads().iter().enumerate() {
            assert_eq!(*thread, joins[(at + step) % length].0);
            assert!(cycle.to_string().contains(&*thread.name()));
        }
    }
}

#[test]
fn a_timeout_inside_a_cycle_ends_with_its_time() {
    let (tell, told) = mpsc::channel::<Thread>();
    let inner = spawn(move || told.recv().unwrap().join_timeout(Duration::from_millis(10)));
    let waited_for = inner.clone();
    let outer = spawn(move || waited_for.join());
    tell.send(outer.to_thread()).unwrap();
    assert!(matches!(inner.value().unwrap(), Err(JoinError::TimedOut) | Ok(())));
    outer.value().unwrap().unwrap();
}

#[test]
fn a_timeout_too_long_to_end_counts_as_a_join() {
    let (tell, told) = mpsc::channel::<Thread>();
    let inner = spawn(move || told.recv().unwrap().join_timeout(Duration::MAX));
    let waited_for = inner.clone();
    let outer = spawn(move || waited_for.value().map(|inner| inner.is_err()));
    tell.send(outer.to_thread()).unwrap();
    let outer = outer.value().unwrap();
    let inner = inner.value();
    let refused = [
        matches!(outer, Err(JoinError::Deadlock(_))),
        matches!(outer, Ok(true)) || matches!(inner, Ok(Err(JoinError::Deadlock(_)))),
    ];
    assert_eq!(refused.iter().filter(|refused| **refused).count(), 1);
}

#[test]
fn a_value_is_moved_out_once() {
    let thread = spawn(|| Box::new(1));
    let second = thread.clone();
    let values = [thread.value(), second.value()];
    assert_eq!(values.iter().filter(|value| value.is_ok()).count(), 1);
    assert!(matches!(thread.value(), Err(JoinError::NoValue)));
    thread.join().unwrap();
}

#[test]
fn one_of_many_gets_the_value() {
    for _ in 0..50 {
        let (gate, key) = gate();
        let thread = spawn(move || {
            gate.wait();
            String::from("v")
        });
        let takers: Vec<_> =
            (0..4).map(|_| thread.clone()).map(|t| spawn(move || t.value().is_ok())).collect();
        drop(key);
        assert_eq!(takers.iter().filter(|taker| taker.value().unwrap()).count(), 1);
    }
}

#[test]
fn a_refused_join_leaves_the_value_in_place() {
    let (gate, key) = gate();
    let (tell, told) = mpsc::channel::<Thread<Target<u8>>>();
    let thread = spawn(move || {
        let this = told.recv().unwrap();
        assert!(matches!(this.value(), Err(JoinError::CurrentThread)));
        gate.wait();
        3
    });
    tell.send(thread.clone()).unwrap();
    drop(key);
    assert_eq!(thread.value().unwrap(), 3);
}

#[test]
fn exit_thread_is_a_quiet_end_without_a_value() {
    let (dropped, told) = mpsc::channel();
    let thread = spawn(move || -> u8 {
        let _guard = crate::support::OnDrop(move || dropped.send(()).unwrap());
        exit_thread()
    });
    thread.join().unwrap();
    told.recv().unwrap();
    assert!(matches!(thread.value(), Err(JoinError::NoValue)));
    assert!(thread.to_string().contains("stopped"));
}

#[test]
fn exit_thread_on_an_alien_thread_is_a_panic_that_says_so() {
    let payload = std::panic::catch_unwind(|| exit_thread()).unwrap_err();
    let message = payload.downcast_ref::<&str>().map(ToString::to_string);
    let message = message.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap();
    assert!(message.contains("exit_thread"), "{message}");
}

#[thread_class(excepthook = threadkit::silent)]
struct Panics;

#[thread_class]
impl Panics {
    fn run(&mut self) -> u8 {
        std::panic::panic_any(17_u64)
    }
}

#[test]
fn a_joins_error_is_an_io_error_for_who_wants_one() {
    fn join(thread: &Thread, timeout: Duration) -> io::Result<()> {
        Ok(thread.join_timeout(timeout)?)
    }
    let kind = |thread: &Thread, timeout| join(thread, timeout).unwrap_err().kind();
    assert_eq!(kind(&current_thread(), LONG), io::ErrorKind::Deadlock);
    let (gate, key) = gate();
    let slow = spawn(move || gate.wait()).to_thread();
    assert_eq!(kind(&slow, Duration::ZERO), io::ErrorKind::TimedOut);
    drop(key);
    join(&slow, LONG).unwrap();
    let failed = Target::fallible(|| "x".parse::<u8>()).start().unwrap().to_thread();
    let error = join(&failed, LONG).unwrap_err();
    assert_eq!(error.to_string(), failed.join().unwrap_err().to_string());
    assert_eq!(error.kind(), io::ErrorKind::Other);
}

#[test]
fn a_panic_goes_on_where_the_joiner_wants_it() {
    let thread = Panics.start().unwrap();
    let error = thread.value().unwrap_err();
    let payload = std::panic::catch_unwind(|| error.resume_unwind()).unwrap_err();
    assert_eq!(payload.downcast_ref::<u64>(), Some(&17));
    let again = thread.join().unwrap_err();
    assert!(again.exception().unwrap().take_payload().is_none());
    assert!(std::panic::catch_unwind(|| again.resume_unwind()).is_err());
    assert!(thread.into_object().is_ok());
}
