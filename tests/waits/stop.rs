//! Asking threads to stop, and what runs then.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::Duration;

use threadkit::{Builder, StopToken, Stopped, Target, on_stop, sleep, spawn};

use crate::{race, rounds};

#[test]
fn a_thread_in_sleep_is_woken() {
    let thread = spawn(|| sleep(Duration::MAX));
    thread.request_stop();
    assert_eq!(thread.value().unwrap(), Err(Stopped));
}

#[test]
fn a_stop_ends_a_run_that_returns_an_io_result_orderly() {
    let copier = Target::fallible(|| -> std::io::Result<()> {
        loop {
            std::io::copy(&mut std::io::empty(), &mut std::io::sink())?;
            sleep(Duration::MAX)?;
        }
    });
    let copier = copier.start().unwrap();
    copier.request_stop();
    copier.join().expect("an orderly end");
    let error = copier.value().unwrap().unwrap_err();
    assert!(error.get_ref().unwrap().is::<Stopped>());
}

#[test]
fn callbacks_run_once_in_order_on_whoever_asks_first() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let note = |what| {
        let calls = calls.clone();
        move || calls.lock().unwrap().push((what, threadkit::get_ident()))
    };
    let (first, second) = (note(1), note(2));
    let thread = Builder::new(Target::new(|| sleep(Duration::MAX)))
        .on_stop(first)
        .on_stop(second)
        .start()
        .unwrap();
    let asker = spawn({
        let thread = thread.clone();
        move || {
            thread.request_stop();
            thread.request_stop();
        }
    });
    asker.join().unwrap();
    thread.request_stop();
    assert_eq!(*calls.lock().unwrap(), [(1, asker.ident()), (2, asker.ident())]);
}

#[test]
fn a_callback_that_comes_late_runs_at_once_and_one_of_a_dead_thread_on_request() {
    let calls = Arc::new(AtomicU32::new(0));
    let count = || {
        let calls = calls.clone();
        move || {
            calls.fetch_add(1, Ordering::Relaxed);
        }
    };
    let late = spawn({
        let callback = count();
        move || {
            assert!(sleep(Duration::MAX).is_err());
            on_stop(callback);
        }
    });
    late.request_stop();
    late.join().unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);

    // Of a thread that is over, what its starter registered.
    let dead = Builder::new(Target::new(|| ())).on_stop(count()).start().unwrap();
    dead.join().unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    dead.request_stop();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn a_callback_that_panics_keeps_none_of_the_others_from_running() {
    let calls = Arc::new(AtomicU32::new(0));
    let thread = Builder::new(Target::new(|| sleep(Duration::MAX)))
        .on_stop(|| panic!("of a callback"))
        .on_stop({
            let calls = calls.clone();
            move || {
                calls.fetch_add(1, Ordering::Relaxed);
            }
        })
        .start()
        .unwrap();
    thread.request_stop();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    thread.join().unwrap();
}

#[test]
fn a_callback_may_ask_for_what_it_is_called_for() {
    let calls = Arc::new(AtomicU32::new(0));
    let thread = spawn(|| sleep(Duration::MAX));
    let token = StopToken::from(&thread);
    token.on_stop({
        let (thread, token, calls) = (thread.clone(), token.clone(), calls.clone());
        move || {
            thread.request_stop();
            token.on_stop(move || {
                calls.fetch_add(1, Ordering::Relaxed);
            });
            thread.join().unwrap();
        }
    });
    token.request_stop();
    assert_eq!(calls.load(Ordering::Relaxed), 1, "at once, since it comes late");
    assert!(!thread.is_alive());
}

/// It would abort the process if the panic left the thread's last destructor.
#[test]
fn what_a_callback_captured_may_panic_in_its_drop() {
    struct Bomb(mpsc::Sender<()>);
    impl Drop for Bomb {
        fn drop(&mut self) {
            let _ = self.0.send(());
            panic!("of what a callback captured");
        }
    }
    let (dropped, was_dropped) = mpsc::channel();
    drop(spawn(move || {
        let bomb = Bomb(dropped);
        on_stop(move || drop(bomb));
    }));
    was_dropped.recv().unwrap();
}

#[test]
fn a_callback_against_a_stop_runs_once() {
    race(
        rounds(),
        || (StopToken::new(), Arc::new(AtomicU32::new(0))),
        |(token, calls)| {
            let calls = calls.clone();
            token.on_stop(move || {
                calls.fetch_add(1, Ordering::Relaxed);
            });
        },
        |(token, _)| token.request_stop(),
        |(_, calls)| assert_eq!(calls.load(Ordering::Relaxed), 1),
    );
}

#[test]
fn two_stops_at_once_run_the_callbacks_once() {
    race(
        rounds(),
        || {
            let (token, calls) = (StopToken::new(), Arc::new(AtomicU32::new(0)));
            let counted = calls.clone();
            token.on_stop(move || {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            (token, calls)
        },
        |(token, _)| token.request_stop(),
        |(token, _)| token.request_stop(),
        |(_, calls)| assert_eq!(calls.load(Ordering::Relaxed), 1),
    );
}

#[test]
fn a_token_wakes_all_who_sleep_by_it() {
    let token = StopToken::new();
    let sleepers: Vec<_> = (0..8)
        .map(|_| {
            let token = token.clone();
            spawn(move || token.sleep(Duration::MAX))
        })
        .collect();
    assert_eq!(token.check(), Ok(()));
    assert_eq!(token.sleep(Duration::from_millis(1)), Ok(()));
    token.request_stop();
    assert!(sleepers.iter().all(|sleeper| sleeper.value().unwrap() == Err(Stopped)));
    assert_eq!(token.check(), Err(Stopped));
}

#[test]
fn stop_against_sleep_loses_no_wake_up() {
    race(
        rounds(),
        StopToken::new,
        StopToken::request_stop,
        |token| assert_eq!(token.sleep(Duration::MAX), Err(Stopped)),
        |token| assert!(token.stop_requested()),
    );
}

#[test]
fn a_threads_token_is_the_threads_own_request() {
    let thread = spawn(|| sleep(Duration::MAX));
    let token = StopToken::from(&thread);
    assert!(!token.stop_requested());
    token.request_stop();
    assert!(thread.stop_requested());
    assert_eq!(thread.value().unwrap(), Err(Stopped));

    let thread = spawn(StopToken::current);
    let token = thread.value().unwrap();
    thread.request_stop();
    assert!(token.stop_requested());
}

/// The end of a thread against the request to end: what the starter registered is called once, what the thread did goes
/// with it if it was not called.
#[test]
fn stop_against_end_runs_each_callback_once() {
    for _ in 0..rounds() {
        let (of_starter, own) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let count = |calls: &Arc<AtomicU32>| {
            let calls = calls.clone();
            move || {
                calls.fetch_add(1, Ordering::Relaxed);
            }
        };
        let registered = count(&own);
        let target = Target::new(move || on_stop(registered));
        let thread = Builder::new(target).on_stop(count(&of_starter)).start().unwrap();
        thread.request_stop();
        thread.join().unwrap();
        assert_eq!(of_starter.load(Ordering::Relaxed), 1);
        assert!(own.load(Ordering::Relaxed) <= 1);
        assert_eq!(Arc::strong_count(&own), 1);
    }
}

/// In a process of its own, as it stops all threads of the process.
#[test]
fn stop_all_reaches_daemons_and_the_caller_and_spares_main() {
    const CHILD: &str = "THREADKIT_TEST_STOP_ALL";
    if std::env::var_os(CHILD).is_none() {
        let name = "stop::stop_all_reaches_daemons_and_the_caller_and_spares_main";
        let child = threadkit_tests::command(std::env::current_exe().unwrap())
            .args(["--exact", name])
            .env(CHILD, "1")
            .output()
            .unwrap();
        return assert!(child.status.success(), "{child:?}");
    }
    let begun = Arc::new(Barrier::new(3));
    let sleepers = [false, true].map(|daemon| {
        let begun = begun.clone();
        let sleeper = Target::new(move || {
            begun.wait();
            sleep(Duration::MAX)
        });
        sleeper.with_daemon(daemon).start().unwrap()
    });
    // A daemon, as what starts it is: it is asked when the sleeper that is none has ended.
    let caller = spawn(move || {
        begun.wait();
        threadkit::stop_all();
        sleep(Duration::MAX)
    });
    assert_eq!(caller.value().unwrap(), Err(Stopped));
    assert!(sleepers.iter().all(|sleeper| sleeper.value().unwrap() == Err(Stopped)));
    assert!(!threadkit::main_thread().stop_requested());
}
