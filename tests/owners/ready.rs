//! `ready()` and the starts that wait for it.

use std::error::Error;
use std::io;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Builder, JoinError, NotReady, Target, Thread, current_thread, ready, sleep};

use crate::rounds;

type Unit = Target<()>;

fn builder<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Builder<Target<R>> {
    Builder::new(Target::new(f))
}

#[test]
fn returns_when_the_thread_is_ready() {
    let (say, hear) = mpsc::channel();
    let thread = builder(move || {
        say.send("before").unwrap();
        ready();
        sleep(Duration::MAX)
    });
    let thread = thread.start_ready().unwrap();
    assert_eq!(hear.try_recv(), Ok("before"));
    assert!(thread.is_alive());
    thread.request_stop();
    assert_eq!(thread.value().unwrap(), Err(threadkit::Stopped));
}

#[test]
fn an_end_before_it_brings_the_value() {
    let ended = builder(|| 7).start_ready();
    assert!(matches!(ended, Err(NotReady::Ended(Ok(7)))));
}

#[test]
fn an_error_before_it_reaches_the_starter_typed() {
    let target = Target::fallible(|| Err::<(), _>(io::Error::from(io::ErrorKind::AddrInUse)));
    match Builder::new(target).start_ready() {
        Err(NotReady::Ended(Ok(Err(error)))) => assert_eq!(error.kind(), io::ErrorKind::AddrInUse),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_panic_before_it_is_the_joins_error() {
    let error = builder(|| -> u8 { panic!("no device") }).start_ready().unwrap_err();
    let NotReady::Ended(Err(JoinError::Failed(exception))) = &error else { panic!("{error:?}") };
    assert_eq!(exception.message(), "no device");
    assert!(error.to_string().starts_with("the thread ended before it was ready: "));
}

#[test]
fn a_refused_start_gives_the_object_back() {
    let greedy = builder(ready).with_stack_size(usize::MAX / 2);
    let NotReady::Start(refused) = greedy.start_ready().unwrap_err() else { panic!("started") };
    let thread = refused.into_builder().with_stack_size(64 * 1024).start_ready().unwrap();
    thread.join().unwrap();
}

#[test]
fn a_failure_after_it_is_the_threads_own() {
    let thread = builder(|| {
        ready();
        panic!("later");
    });
    let thread: Thread<Unit> = thread.start_ready().expect("it was ready");
    assert!(thread.join().is_err());
}

#[test]
fn the_time_is_bounded_and_the_thread_goes_on() {
    let (go, gate) = mpsc::channel::<()>();
    let thread = builder(move || {
        gate.recv().unwrap();
        ready();
        "went on"
    });
    let error = thread.start_ready_timeout(Duration::from_millis(5)).unwrap_err();
    let NotReady::TimedOut(thread) = error else { panic!("{error:?}") };
    go.send(()).unwrap();
    assert_eq!(thread.value().unwrap(), "went on");
}

#[test]
fn a_timed_start_hears_both_ends() {
    for timeout in [Duration::from_secs(3600), Duration::MAX] {
        assert!(builder(ready).start_ready_timeout(timeout).is_ok());
        let ended = builder(|| ()).start_ready_timeout(timeout);
        assert!(matches!(ended, Err(NotReady::Ended(Ok(())))));
    }
}

/// A join of the starter would never end before the thread is ready, and may afterwards.
#[test]
fn the_starter_counts_as_joining_until_the_thread_is_ready() {
    let starter = threadkit::spawn(|| {
        let me = current_thread();
        let (say, hear) = mpsc::channel();
        let thread = builder(move || {
            say.send(me.join().unwrap_err()).unwrap();
            ready();
            me.join()
        });
        let thread = thread.start_ready().unwrap();
        (thread, hear.recv().unwrap())
    });
    let (thread, early) = starter.value().unwrap();
    assert!(matches!(early, JoinError::Deadlock(cycle) if cycle.threads().len() == 2));
    thread.value().unwrap().expect("the starter has returned, or will");
}

/// From `ready()` on the thread may join its starter, even if that has not heard yet.
#[test]
fn no_join_of_the_starter_is_refused_once_ready() {
    for _ in 0..threadkit_tests::rounds(2_000) {
        let starter = threadkit::spawn(|| {
            let me = current_thread();
            builder(move || {
                ready();
                me.join()
            })
            .start_ready()
            .unwrap()
        });
        starter.value().unwrap().value().unwrap().expect("no cycle");
    }
}

/// The race of ready against the end, and of both against the wait.
#[test]
fn ready_is_never_taken_for_an_end() {
    for round in 0..rounds() {
        let thread = builder(move || {
            if round % 2 == 0 {
                ready();
            }
        });
        assert_eq!(thread.start_ready().is_ok(), round % 2 == 0);
    }
}

/// The race of ready and the end against the time.
#[test]
fn a_timeout_is_never_taken_for_an_end() {
    for round in 0..rounds() {
        let thread = builder(move || {
            ready();
            round
        });
        match thread.start_ready_timeout(Duration::from_micros(round as u64 % 16)) {
            Ok(thread) | Err(NotReady::TimedOut(thread)) => {
                assert_eq!(thread.value().unwrap(), round);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn it_does_nothing_elsewhere() {
    ready();
    ready();
    let thread = builder(|| (ready(), ready())).start().unwrap();
    thread.join().unwrap();
    let thread = builder(|| (ready(), ready())).start_ready().unwrap();
    thread.join().unwrap();
}

#[test]
fn the_error_becomes_an_io_error() {
    fn failing() -> io::Result<()> {
        builder(|| -> u8 { panic!("no device") }).start_ready()?;
        Ok(())
    }
    let error = failing().unwrap_err();
    assert!(error.get_ref().unwrap().is::<JoinError>());
    let slow = builder(|| sleep(Duration::MAX)).start_ready_timeout(Duration::ZERO).unwrap_err();
    if let NotReady::TimedOut(thread) = &slow {
        thread.request_stop();
    }
    assert!(slow.source().is_none());
    assert_eq!(io::Error::from(slow).kind(), io::ErrorKind::TimedOut);
}

#[test]
fn the_error_of_run_is_had_as_it_was() {
    fn start(f: fn() -> io::Result<()>) -> io::Result<()> {
        let builder = Builder::new(Target::fallible(f)).with_daemon(true);
        builder.start_ready().map_err(NotReady::into_error)?.value()?
    }
    let in_use = || Err(io::Error::from_raw_os_error(libc::EADDRINUSE));
    assert_eq!(start(in_use).unwrap_err().raw_os_error(), Some(libc::EADDRINUSE));
    let hasty = start(|| Ok(())).unwrap_err();
    assert_eq!(hasty.to_string(), "the thread ended before it was ready");
    let panicked = start(|| panic!("no device")).unwrap_err();
    assert!(panicked.get_ref().unwrap().is::<JoinError>(), "{panicked:?}");
    let late = start(|| {
        ready();
        Err(io::ErrorKind::BrokenPipe.into())
    });
    assert_eq!(late.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    let at_once = || {
        ready();
        Ok(())
    };
    start(at_once).unwrap();

    let greedy = || Target::fallible(at_once).with_stack_size(usize::MAX / 2);
    let refused = greedy().start_ready().map_err(NotReady::into_error).unwrap_err();
    assert_eq!(refused.kind(), greedy().start().unwrap_err().kind());
}

#[test]
fn the_place_of_the_start_is_the_callers() {
    let line = line!() + 1;
    let thread = builder(ready).start_ready().unwrap();
    assert_eq!(thread.start_location().unwrap().line(), line);
    assert!(thread.start_location().unwrap().file().ends_with("ready.rs"));
}
