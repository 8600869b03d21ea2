//! `Timer`, against `CPython`'s `TimerTests` and beyond.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use threadkit::{JoinError, Thread, Timer};

use crate::rounds;

const LONG: Duration = Duration::from_secs(3600);

#[test]
fn a_stop_ends_it() {
    for timer in [Timer::new(LONG, || unreachable!()), Timer::new(Duration::MAX, || unreachable!())]
    {
        let timer = timer.start().unwrap();
        timer.request_stop();
        timer.join().unwrap();
        assert!(!timer.cancel());
    }
    // With no wait between the calls, too.
    let timer = Timer::every(Duration::ZERO, || {}).start().unwrap();
    timer.request_stop();
    timer.join().unwrap();
}

#[test]
fn every_calls_until_it_is_cancelled() {
    let period = Duration::from_millis(2);
    let begin = Instant::now();
    let (calls, called) = mpsc::channel();
    let mut count = 0;
    let timer = Timer::every(period, move || {
        count += 1;
        calls.send(count).unwrap();
    });
    let timer = timer.start().unwrap();
    assert_eq!(called.iter().take(5).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(begin.elapsed() >= 5 * period);
    assert!(timer.cancel());
    timer.join().unwrap();
    assert!(!timer.cancel());
}

#[test]
fn every_does_not_make_up_for_calls_it_missed() {
    let period = Duration::from_millis(30);
    let (calls, called) = mpsc::channel();
    let mut first = true;
    let timer = Timer::every(period, move || {
        calls.send(Instant::now()).unwrap();
        if std::mem::take(&mut first) {
            threadkit::sleep(4 * period).unwrap();
        }
    });
    let timer = timer.start().unwrap();
    let calls: Vec<_> = called.iter().take(4).collect();
    timer.cancel();
    timer.join().unwrap();
    assert!(calls[1] - calls[0] >= 4 * period);
    // The second is late. Had it made up for three more, the fourth would follow at once.
    assert!(calls[3] - calls[1] >= period, "{:?}", calls[3] - calls[1]);
}

#[test]
fn it_can_be_cancelled_and_reset_from_the_function_itself() {
    let (handle, own) = mpsc::channel::<threadkit::Thread<Timer>>();
    let mut timer = None;
    let calls = Arc::new(AtomicU32::new(0));
    let started = Timer::every(Duration::from_millis(1), {
        let calls = calls.clone();
        move || {
            let timer = timer.get_or_insert_with(|| own.recv().unwrap());
            assert!(timer.reset());
            if calls.fetch_add(1, Ordering::Relaxed) == 2 {
                assert!(timer.cancel());
            }
        }
    });
    let started = started.start().unwrap();
    handle.send(started.clone()).unwrap();
    started.join().unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 3);

    let (handle, own) = mpsc::channel::<threadkit::Thread<Timer>>();
    let once = Timer::new(Duration::ZERO, move || {
        let timer = own.recv().unwrap();
        assert!(!timer.cancel() && !timer.reset(), "its one call has begun");
    });
    let once = once.start().unwrap();
    handle.send(once.clone()).unwrap();
    once.join().unwrap();
}

#[test]
fn reset_begins_the_delay_anew() {
    let delay = Duration::from_millis(300);
    let timer = Timer::new(delay, || {}).start().unwrap();
    assert!(timer.join_timeout(delay / 3).unwrap_err().is_timeout());
    let reset = Instant::now();
    assert!(timer.reset());
    timer.join().unwrap();
    assert!(reset.elapsed() >= delay);
}

#[test]
fn a_panic_of_the_function_is_a_failure_of_the_thread() {
    threadkit::set_excepthook(threadkit::silent);
    let mut calls = 0;
    let timer = Timer::every(Duration::ZERO, move || {
        calls += 1;
        assert!(calls < 3, "three is too many");
    });
    let timer = timer.start().unwrap();
    match timer.join() {
        Err(JoinError::Failed(exception)) => assert_eq!(exception.message(), "three is too many"),
        other => panic!("{other:?}"),
    }
    assert!(!timer.cancel());
}

/// Here: what a timer's function captured is dropped before the timer's thread is over.
#[test]
fn s04_what_the_function_captured_goes_before_the_thread_is_over() {
    let held = Arc::new(());
    let capture = || {
        let held = held.clone();
        move || drop(Arc::clone(&held))
    };
    let timers = [
        Timer::new(Duration::ZERO, capture()),
        Timer::new(LONG, capture()),
        Timer::every(Duration::ZERO, capture()),
    ];
    let timers = timers.map(|timer| timer.start().unwrap());
    for timer in &timers[1..] {
        timer.cancel();
    }
    for timer in &timers {
        timer.join().unwrap();
    }
    assert_eq!(Arc::strong_count(&held), 1);
}

/// Many at once, cancelled one after another: of each lot the first are likely to be cancelled and the
/// last to have fired.
fn race_against_fire(rounds: usize, disarm: impl Fn(&Thread<Timer>) -> Option<bool>) {
    const LOT: usize = 20;
    let mut fired_rounds = 0;
    for lot in 0..rounds / LOT {
        let delay = Duration::from_micros(lot as u64 % 300);
        let timers: Vec<_> = (0..LOT)
            .map(|_| {
                let fired = Arc::new(AtomicBool::new(false));
                let timer = Timer::new(delay, {
                    let fired = fired.clone();
                    move || assert!(!fired.swap(true, Ordering::Relaxed))
                });
                (timer.start().unwrap(), fired)
            })
            .collect();
        let disarmed: Vec<_> = timers.iter().map(|(timer, _)| disarm(timer)).collect();
        for ((timer, fired), disarmed) in timers.into_iter().zip(disarmed) {
            timer.join().unwrap();
            assert!(!timer.cancel());
            let fired = fired.load(Ordering::Relaxed);
            assert!(disarmed.is_none_or(|disarmed| disarmed != fired));
            fired_rounds += usize::from(fired);
        }
    }
    assert!((1..rounds).contains(&fired_rounds), "no race was run: {fired_rounds}");
}

#[test]
fn cancel_against_fire_one_of_them_has_it() {
    race_against_fire(rounds(), |timer| Some(timer.cancel()));
}

#[test]
fn stop_against_fire_ends_it_either_way() {
    race_against_fire(rounds() / 10, |timer| {
        timer.request_stop();
        None
    });
}
