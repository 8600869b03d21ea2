//! The registry, and the end of the process.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use threadkit::attribute::{MainOptions, main};
use threadkit::{
    Event, JoinError, Target, Thread, at_shutdown, current_thread, enumerate, main_thread, spawn,
};
use threadkit_schedules::runtime::written;

use crate::explore::{Flag, explore};

/// What `#[threadkit::main]` makes of `body`; it tells nobody that it waits.
fn under_attribute(body: impl FnOnce()) {
    let code = main(MainOptions::new().report_after(None), body, |()| None);
    assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS));
}

/// Main waits for all threads, those included that others start while it waits.
#[test]
fn main_waits_for_threads_that_threads_start() {
    explore(|| {
        let ends = Arc::new(AtomicUsize::new(0));
        let count = || {
            let ends = ends.clone();
            move || ends.fetch_add(1, SeqCst)
        };
        let (parent, child, grandchild) = (count(), count(), count());
        under_attribute(|| {
            spawn(move || {
                spawn(move || {
                    spawn(grandchild);
                    child()
                });
                parent()
            });
        });
        assert_eq!(ends.load(SeqCst), 3);
        assert!(enumerate().is_empty());
    });
}

/// A wait that lasts is explained once, by those who are waited for, and lasts on.
#[test]
fn a_long_wait_is_explained() {
    explore(|| {
        let over = Flag::default();
        let theirs = over.clone();
        let soon = MainOptions::new().report_after(Some(Duration::from_millis(1)));
        let body = || {
            spawn(move || {
                spawn(move || theirs.raise());
            });
        };
        main(soon, body, |()| None);
        assert!(over.is_raised());
        let written = written();
        assert!(written.matches("main is over").count() <= 1, "{written}");
        assert!(written.matches("<Target(").count() <= 2, "{written}");
    });
}

/// Main waits for no daemon, and for all others however they go.
#[test]
fn main_waits_for_no_daemon() {
    explore(|| {
        let main_is_gone = Arc::new(Event::new());
        let theirs = main_is_gone.clone();
        let daemon = Target::new(move || theirs.wait()).with_daemon(true).start().unwrap();
        under_attribute(|| {
            spawn(|| ());
            spawn(|| ());
        });
        assert_eq!(enumerate(), [daemon.to_thread()]);
        main_is_gone.set();
        daemon.join().unwrap();
    });
}

/// A thread that is started while main goes is waited for, or refused: none outlives main.
#[test]
fn no_start_slips_past_the_end_of_main() {
    explore(|| {
        let (main_is_gone, late) = (Flag::default(), Flag::default());
        let (begun, gone) = (Arc::new(Event::new()), main_is_gone.clone());
        let starts = Target::new({
            let (begun, late) = (begun.clone(), late.clone());
            move || {
                begun.set();
                let outlives = move || {
                    if gone.is_raised() {
                        late.raise();
                    }
                };
                Target::new(outlives).with_daemon(false).start().is_ok()
            }
        });
        let starts = starts.with_daemon(true).start().unwrap();
        under_attribute(|| begun.wait());
        main_is_gone.raise();
        starts.join().unwrap();
        assert!(!late.is_raised());
        // From now on there is no other answer.
        let refused = Target::new(|| ()).with_daemon(false).start().unwrap_err();
        assert!(refused.to_string().contains("the process is over"), "{refused}");
        Target::new(|| ()).with_daemon(true).start().unwrap().join().unwrap();
    });
}

/// A callback for the end is called once before main has waited, or refused.
#[test]
fn a_callback_is_called_or_refused() {
    explore(|| {
        let called = Flag::default();
        let theirs = called.clone();
        let accepted = Arc::new(AtomicUsize::new(0));
        let count = accepted.clone();
        under_attribute(|| {
            spawn(move || {
                if at_shutdown(move || theirs.raise()).is_ok() {
                    count.store(1, SeqCst);
                }
            });
        });
        assert_eq!(usize::from(called.is_raised()), accepted.load(SeqCst));
        assert!(at_shutdown(|| ()).is_err());
    });
}

/// Who joins main goes on when main's body is over, while main waits for that very thread.
#[test]
fn main_is_joined() {
    explore(|| {
        let body = Flag::default();
        let theirs = body.clone();
        let joined = Flag::default();
        let theirs_joined = joined.clone();
        under_attribute(|| {
            spawn(move || {
                main_thread().join().unwrap();
                assert!(theirs.is_raised() && !main_thread().is_alive());
                theirs_joined.raise();
            });
            body.raise();
        });
        assert!(joined.is_raised());
    });
}

/// Without the attribute, too, the process waits at its end, on a thread whose thread-locals are gone.
#[test]
fn the_process_waits_without_the_attribute() {
    explore(|| {
        at_shutdown(|| assert!(enumerate().contains(&main_thread()))).unwrap();
        spawn(|| {
            main_thread().join().unwrap();
            spawn(|| ());
        });
    });
}

/// A thread is in the registry from before its start returns until it is over, and nobody is there twice.
#[test]
fn the_registry_has_who_is_alive() {
    explore(|| {
        let go = Arc::new(Event::new());
        let threads = [(); 2].map(|()| {
            let go = go.clone();
            spawn(move || go.wait())
        });
        let is_listed = |thread: &Thread| enumerate().contains(thread);
        assert!(threads.iter().all(|thread| is_listed(&thread.to_thread())));
        let other = spawn(|| {
            let threads = enumerate();
            assert!(threads.is_sorted_by(|a, b| a.ident() < b.ident()));
            assert!(threads.contains(&current_thread()) && threads.contains(&main_thread()));
        });
        go.set();
        for thread in threads {
            thread.join().unwrap();
            assert!(!is_listed(&thread.to_thread()));
        }
        other.join().unwrap();
        assert_eq!(threadkit::active_count(), 1);
    });
}

/// A thread that was not started here is in the registry from its first use of the crate to its end, which wakes
/// nobody, as nobody may wait for it.
#[test]
fn a_dummy_goes_with_its_thread() {
    explore(|| {
        let alien = threadkit_schedules::thread::spawn(|| {
            let dummy = current_thread();
            assert!(dummy.is_alive() && enumerate().contains(&dummy));
            dummy
        });
        let looks = spawn(|| {
            for thread in enumerate() {
                if thread.class_name() == "DummyThread" {
                    assert!(thread.is_daemon());
                    assert!(matches!(thread.join(), Err(JoinError::Dummy)));
                    thread.request_stop();
                    thread.unpark();
                }
            }
        });
        let dummy = alien.join().unwrap();
        assert!(!dummy.is_alive());
        looks.join().unwrap();
        assert_eq!(enumerate(), [main_thread()]);
    });
}
