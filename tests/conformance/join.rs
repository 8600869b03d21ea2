//! Joins: s09, s10, s11, s13.

use std::cell::RefCell;
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

/// Python: joining the current thread is a `RuntimeError` (`test_joining_current_thread`).
/// Here: `JoinError::CurrentThread` through every handle and every kind of join, on threads of any
/// origin.
#[test]
fn s09_a_thread_cannot_join_itself_through_any_handle() {
    let refusals = Ownself.start().unwrap().value().unwrap();
    assert_eq!(refusals.len(), 5);
    assert!(refusals.iter().all(|error| matches!(error, JoinError::CurrentThread)), "{refusals:?}");
    // The alien thread that runs this test.
    assert!(matches!(current_thread().join(), Err(JoinError::CurrentThread)));
}

/// Python: `join` any number of times, from any number of threads, also after the end
/// (`test_join_from_multiple_threads`).
/// Here: the same outcome for each join, also the one of a failure, during the thread's life and
/// after it.
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

/// Here: `Ok` for each of up to 20 threads that join at once.
#[test]
fn s10_a_success_is_heard_by_all() {
    for joiners in 2..20 {
        let (go, wait) = mpsc::channel::<()>();
        let thread = spawn(move || wait.recv().is_err());
        let joiners: Vec<_> = (0..joiners)
            .map(|_| {
                let thread = thread.clone();
                spawn(move || thread.join().is_ok())
            })
            .collect();
        drop(go);
        assert!(joiners.iter().all(|joiner| joiner.value().unwrap()));
        assert!(thread.value().unwrap());
    }
}

/// Python: `join(timeout)` waits no longer than told, zero polls (`test_join_with_timeout`).
/// Here: `join_timeout` bounds the wait: `Duration::ZERO` polls, `Duration::MAX` waits for the end.
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

/// Python: `is_alive` is false before the start, true while running, false after the end
/// (`test_various_ops`).
/// Here: `is_alive` from `start` until the last destructor of a thread-local has run, however `run`
/// ended.
#[test]
fn s13_alive_from_start_to_the_last_destructor_however_it_ends() {
    fn observe<R: Send + 'static>(end: impl FnOnce() -> R + Send + 'static) -> Thread<Target<R>> {
        let (go, wait) = mpsc::channel::<()>();
        let (last, lasts) = mpsc::channel();
        let thread = spawn(move || {
            LAST.set(Some(Last(last)));
            assert!(current_thread().is_alive());
            wait.recv().unwrap();
            end()
        });
        assert!(thread.is_alive());
        go.send(()).unwrap();
        let _ = thread.join();
        assert!(!thread.is_alive());
        assert!(lasts.recv().unwrap(), "alive while its thread-locals are destroyed");
        thread
    }
    /// Says, when a thread-local of std's is destroyed, whether the thread is alive.
    struct Last(mpsc::Sender<bool>);
    impl Drop for Last {
        fn drop(&mut self) {
            self.0.send(current_thread().is_alive()).unwrap();
        }
    }
    thread_local! { static LAST: RefCell<Option<Last>> = const { RefCell::new(None) }; }
    assert!(observe(|| ()).join().is_ok());
    assert!(observe(|| panic!("the end")).join().is_err());
    assert!(observe(|| threadkit::exit_thread()).join().is_ok());
    let failing = Target::fallible(|| Err::<(), _>("the end")).start().unwrap();
    failing.join().unwrap_err();
    assert!(!failing.is_alive());
}
