//! Joins: s09, s10, s11, s13.

use std::sync::{Barrier, mpsc};
use std::time::{Duration, Instant};

use threadkit::{JoinError, Target, Thread, current_thread, spawn, thread_class};

#[thread_class]
struct Ownself;

#[thread_class]
impl Ownself {
    fn run(&self) -> Vec<JoinError> {
        let erased = current_thread();
        let typed = erased.clone().downcast::<Self>().expect("its own class");
        vec![
            erased.join().unwrap_err(),
            typed.join().unwrap_err(),
            typed.value().unwrap_err(),
            typed.join_timeout(Duration::ZERO).unwrap_err(),
            typed.join_timeout(Duration::MAX).unwrap_err(),
        ]
    }
}

#[test]
fn s09_a_thread_cannot_join_itself_through_any_handle() {
    let refusals = Ownself.start().unwrap().value().unwrap();
    assert_eq!(refusals.len(), 5);
    assert!(refusals.iter().all(|error| matches!(error, JoinError::CurrentThread)), "{refusals:?}");
    // The alien thread that runs this test.
    assert!(matches!(current_thread().join(), Err(JoinError::CurrentThread)));
}

#[test]
fn s10_many_joins_from_many_threads_hear_the_same() {
    let all_here = Barrier::new(9);
    let (go, wait) = mpsc::channel::<()>();
    let failing = Target::fallible(move || wait.recv()).start().unwrap();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (failing, all_here) = (failing.clone(), &all_here);
            scope.spawn(move || {
                all_here.wait();
                for _ in 0..100 {
                    let outcome = match number % 2 {
                        0 => failing.join(),
                        _ => failing.join_timeout(Duration::MAX),
                    };
                    assert_eq!(
                        outcome.unwrap_err().exception().unwrap().message(),
                        "receiving on a closed channel"
                    );
                }
            });
        }
        all_here.wait();
        drop(go);
    });
    let first = failing.join().unwrap_err();
    let second = failing.to_thread().join().unwrap_err();
    let same = (first.exception().unwrap(), second.exception().unwrap());
    assert!(std::sync::Arc::ptr_eq(same.0, same.1), "one failure, however often it is asked for");
}

#[test]
fn s11_a_timeout_bounds_the_wait() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = spawn(move || wait.recv());
    assert!(thread.join_timeout(Duration::ZERO).unwrap_err().is_timeout());
    let start = Instant::now();
    let bound = Duration::from_millis(20);
    assert!(thread.join_timeout(bound).unwrap_err().is_timeout());
    assert!(start.elapsed() >= bound, "not before the time is up");
    assert!(thread.is_alive());
    let (waiting, waits) = mpsc::channel();
    let joiner = spawn({
        let thread = thread.clone();
        move || {
            waiting.send(()).unwrap();
            thread.join_timeout(Duration::MAX)
        }
    });
    waits.recv().unwrap();
    go.send(()).unwrap();
    joiner.value().unwrap().unwrap();
    thread.join_timeout(Duration::ZERO).unwrap();
    assert!(thread.value().unwrap().is_ok(), "a timeout leaves the value in place");
}

#[test]
fn s13_alive_from_start_to_the_last_destructor_however_it_ends() {
    fn observe<R: Send + 'static>(end: impl FnOnce() -> R + Send + 'static) -> Thread<Target<R>> {
        let (go, wait) = mpsc::channel::<()>();
        let thread = spawn(move || {
            assert!(current_thread().is_alive());
            wait.recv().unwrap();
            end()
        });
        assert!(thread.is_alive());
        go.send(()).unwrap();
        let _ = thread.join();
        assert!(!thread.is_alive());
        thread
    }
    assert!(observe(|| ()).join().is_ok());
    assert!(observe(|| panic!("the end")).join().is_err());
    assert!(observe(|| threadkit::exit_thread()).join().is_ok());
}
