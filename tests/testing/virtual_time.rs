//! Tests whose time passes only while all of their threads wait.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use threadkit::{
    Builder, Event, Group, Guard, NotReady, Stopped, Supervisor, SupervisorEvent, Target, Timer,
    now, sleep, spawn,
};
use threadkit_tests::rounds;

use crate::child::{run, run_with};

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);

/// How much time passes in `f`.
fn time_of<R>(f: impl FnOnce() -> R) -> (Duration, R) {
    let start = now();
    let result = f();
    (now() - start, result)
}

#[threadkit::test(time = "virtual")]
fn every_wait_takes_its_time_and_none() {
    assert_eq!(time_of(|| sleep(HOUR)), (HOUR, Ok(())));
    let event = Event::new();
    assert_eq!(time_of(|| event.wait_timeout(HOUR)), (HOUR, false));
    assert_eq!(time_of(|| event.wait_or_stop_timeout(HOUR)), (HOUR, Ok(false)));
    let thread = spawn(|| sleep(HOUR * 3));
    let (time, joined) = time_of(|| thread.join_timeout(HOUR));
    assert!(time == HOUR && joined.unwrap_err().is_timeout());
    let (time, value) = time_of(|| thread.value_timeout(HOUR));
    assert!(time == HOUR && value.unwrap_err().is_timeout());
    let (time, value) = time_of(|| thread.value());
    assert_eq!((time, value.unwrap()), (HOUR, Ok(())));
    assert_eq!(time_of(|| sleep(Duration::ZERO)).0, Duration::ZERO);
}

#[threadkit::test(time = "virtual")]
fn owners_wait_by_the_clock_of_the_test() {
    static NEVER: Event = Event::new();
    let deaf = || spawn(|| NEVER.wait());
    let guarded = deaf();
    let guard = Guard::new(guarded.clone()).with_timeout(HOUR);
    assert_eq!(time_of(|| drop(guard)).0, HOUR);
    let group: Group<_> = [deaf(), deaf()].into_iter().collect();
    let group = group.with_timeout(HOUR);
    let (time, joined) = time_of(|| group.join_timeout(HOUR * 2));
    assert!(time == HOUR * 2 && joined.is_err());
    assert_eq!(time_of(|| drop(group)).0, HOUR);
    let late = Builder::new(Target::new(|| {
        let _ = sleep(HOUR * 2);
        threadkit::ready();
    }));
    let (time, ready) = time_of(|| late.start_ready_timeout(HOUR));
    let Err(NotReady::TimedOut(late)) = ready else { panic!("{ready:?}") };
    assert_eq!(time, HOUR);
    late.join().unwrap();
    let ready = Builder::new(Target::new(|| {
        let _ = sleep(HOUR);
        threadkit::ready();
    }));
    assert_eq!(time_of(|| ready.start_ready().unwrap()).0, HOUR);
    NEVER.set();
}

#[threadkit::test(time = "virtual")]
fn a_stop_wakes_before_the_time() {
    let sleeper = spawn(|| time_of(|| sleep(HOUR * 24)));
    sleep(HOUR).unwrap();
    sleeper.request_stop();
    assert_eq!(sleeper.value().unwrap(), (HOUR, Err(Stopped)));
}

#[threadkit::test(time = "virtual")]
fn a_scope_waits_for_its_threads() {
    let (time, ()) = time_of(|| {
        threadkit::scope(|s| {
            for hours in [3, 1, 2] {
                s.spawn(move || sleep(HOUR * hours));
            }
        });
    });
    assert_eq!(time, HOUR * 3);
}

#[threadkit::test(time = "virtual")]
fn sleepers_wake_in_the_order_of_their_deadlines() {
    let (tell, told) = mpsc::channel();
    let sleepers = [3, 1, 2, 5, 4].map(|hours| {
        let tell = tell.clone();
        spawn(move || {
            sleep(HOUR * hours).unwrap();
            tell.send(hours).unwrap();
        })
    });
    for sleeper in sleepers {
        sleeper.join().unwrap();
    }
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[threadkit::test(time = "virtual")]
fn time_stands_while_a_thread_works() {
    let start = now();
    let sleeper = spawn(|| sleep(SECOND));
    // It is waiting by then, and blocks what it does not know: this thread.
    let (tell, told) = mpsc::channel();
    let other = std::thread::spawn(move || tell.send(Instant::now()).unwrap());
    told.recv().unwrap();
    other.join().unwrap();
    for _ in 0..1000 {
        std::thread::yield_now();
        assert!(sleeper.is_alive() && now() == start);
    }
    sleeper.join().unwrap();
    assert_eq!(now() - start, SECOND);
}

#[threadkit::test(time = "virtual")]
fn an_hours_backoff_of_a_supervisor() {
    let (tell, told) = mpsc::channel();
    let tries = AtomicU32::new(0);
    let child = move || {
        let fails = tries.fetch_add(1, Ordering::Relaxed) < 3;
        Target::fallible(move || if fails { Err("no route") } else { Ok(()) })
    };
    let supervisor = Supervisor::new()
        .child("feed", child)
        .with_max_restarts(usize::MAX, HOUR * 24 * 365)
        .with_backoff(HOUR, HOUR)
        .on_event(move |event| {
            if let SupervisorEvent::Restarts { pause, .. } = event {
                tell.send(*pause).unwrap();
            }
        });
    let (time, ended) = time_of(|| supervisor.start().unwrap().join());
    ended.unwrap();
    let pauses: Vec<_> = told.try_iter().collect();
    assert_eq!(pauses, [Duration::ZERO, HOUR, HOUR]);
    assert_eq!(time, HOUR * 2);
}

#[threadkit::test(time = "virtual")]
fn a_supervisor_counts_what_is_past() {
    // Two restarts in a minute are one too many; in two hours they are not.
    let supervise = |lives: Duration| {
        let child = move || {
            Target::fallible(move || -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
                sleep(lives)?;
                Err("no route".into())
            })
        };
        let supervisor = Supervisor::new()
            .child("feed", child)
            .with_max_restarts(1, SECOND * 60)
            .with_backoff(Duration::ZERO, Duration::ZERO);
        supervisor.start().unwrap()
    };
    assert!(supervise(SECOND).join().is_err());
    let patient = supervise(HOUR);
    // At another moment than that of a failure, which runs side by side with what else is due then.
    sleep(HOUR * 24 + SECOND).unwrap();
    assert!(patient.is_alive());
    patient.request_stop();
    patient.join().unwrap();
}

#[threadkit::test(time = "virtual")]
fn a_timer_ticks_on_its_grid() {
    let (tell, told) = mpsc::channel();
    let start = now();
    let ticker = Timer::every(HOUR, move || tell.send(now() - start).unwrap()).start().unwrap();
    sleep(HOUR * 1000 + SECOND).unwrap();
    assert!(ticker.cancel());
    ticker.join().unwrap();
    let grid: Vec<_> = (1..=1000).map(|tick| HOUR * tick).collect();
    assert_eq!(told.try_iter().collect::<Vec<_>>(), grid);
}

#[threadkit::test(time = "virtual")]
fn a_timer_may_be_reset() {
    let start = now();
    let rung = Arc::new(Event::new());
    let timer = Timer::new(HOUR, {
        let rung = rung.clone();
        move || rung.set()
    });
    let timer = timer.start().unwrap();
    sleep(HOUR / 2).unwrap();
    assert!(timer.reset());
    rung.wait();
    assert_eq!(now() - start, HOUR / 2 * 3);
    timer.join().unwrap();
}

/// A thread that was not started here may end a wait, though its own time is another.
#[threadkit::test(time = "virtual")]
fn threads_of_others_may_notify() {
    let event = Arc::new(Event::new());
    let waiter = spawn({
        let event = event.clone();
        move || event.wait_timeout(HOUR)
    });
    let (tell, told) = mpsc::channel();
    let other = std::thread::spawn(move || {
        event.set();
        tell.send(()).unwrap();
    });
    // Meanwhile this thread works, as far as the clock knows.
    told.recv().unwrap();
    other.join().unwrap();
    assert!(waiter.value().unwrap());
}

#[threadkit::test(time = "virtual")]
fn many_threads_wake_when_they_are_due() {
    let start = now();
    let sleepers = (1..=20_u32).map(|step| {
        Target::new(move || {
            for turn in 1..=u32::try_from(rounds(100)).unwrap() {
                sleep(SECOND * step).unwrap();
                assert_eq!(now() - start, SECOND * step * turn);
            }
        })
    });
    Group::start(sleepers).unwrap().values().unwrap();
}

/// Whoever is handed the ball hands it on at once: no time passes, however long all would wait for it.
#[threadkit::test(time = "virtual")]
fn no_time_passes_between_a_notification_and_the_wake_up() {
    let balls: Arc<[Event; 4]> = Arc::new([const { Event::new() }; 4]);
    let turns = rounds(500);
    let players = (0..balls.len()).map(|place| {
        let balls = balls.clone();
        Target::new(move || {
            for _ in 0..turns {
                assert!(balls[place].wait_timeout(HOUR), "the time was up");
                balls[place].clear();
                balls[(place + 1) % balls.len()].set();
            }
        })
    });
    let start = now();
    let players = Group::start(players).unwrap();
    balls[0].set();
    players.values().unwrap();
    assert_eq!(now(), start);
}

/// What watches the threads of a test is none of them: neither does it go by the clock, nor is it left behind.
#[threadkit::test(time = "virtual", grace = "0s")]
fn what_watches_is_apart() {
    let _dump = threadkit::dump_after(HOUR);
    let watched = Builder::new(Target::new(|| sleep(HOUR * 24))).with_stall_after(HOUR);
    watched.start().unwrap().join().unwrap();
    assert!(threadkit::enumerate().iter().any(|thread| thread.class_name() == "Watchdog"));
}

#[test]
fn tests_side_by_side_have_clocks_of_their_own() {
    run_with("clocks::", &["--test-threads=2"]).counts(2, 0).silent();
}

#[test]
fn a_deadlock_fails_the_test_at_once_with_the_table() {
    let report = run("deadlocks::").fails(3).silent();
    for test in ["for_an_event", "of_two", "should_panic"] {
        let output = report.of(&format!("deadlocks::{test}"));
        let says = |text: &str| assert!(output.contains(text), "{text:?} in {output}");
        says("the threads of the test are in a deadlock: all of them wait, and none for a time:\n");
        says(&format!("  cases::deadlocks::{test} "));
        says("  waiting ");
    }
    let of_two = report.of("deadlocks::of_two");
    assert!(of_two.contains("  end of waiter "), "{of_two}");
    report.says("note: test did not panic as expected", 1);
}

#[test]
fn a_leak_is_told_when_the_grace_has_passed_in_no_time() {
    let report = run("virtual_leaks::").fails(2).silent();
    for test in ["sleeper", "waiter"] {
        let output = report.of(&format!("virtual_leaks::{test}"));
        assert!(
            output.contains("1 thread of the test is still alive 86400s after its end:"),
            "{output}"
        );
    }
}

#[test]
fn a_timeout_is_in_real_time() {
    let report = run("virtual_timeouts::").fails(1).silent();
    assert!(report.of("virtual_timeouts::works").contains("has not returned within 5ms"));
}
