//! `Timer`, against `CPython`'s `TimerTests`: s39.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use threadkit::Timer;

const LONG: Duration = Duration::from_secs(3600);

/// Python: `Timer` calls its function once; `cancel` before that prevents it (`TimerTests`).
/// Here: `Timer` calls its function once, on its own thread, not before the delay is over.
#[test]
fn s39_it_calls_once_after_the_delay() {
    let delay = Duration::from_millis(20);
    let calls = Arc::new(Mutex::new(Vec::new()));
    let begin = Instant::now();
    let timer = Timer::new(delay, {
        let calls = calls.clone();
        move || calls.lock().unwrap().push(threadkit::current_thread())
    });
    let timer = timer.start().unwrap();
    timer.join().unwrap();
    assert!(begin.elapsed() >= delay);
    assert_eq!(*calls.lock().unwrap(), [timer.to_thread()], "on the timer's own thread");
    assert!(!timer.cancel(), "too late");
    assert!(!timer.reset(), "too late");
    assert_eq!(timer.class_name(), "Timer");
}

/// Here: `cancel` before it fires, also before the start: the function is dropped, not called.
#[test]
fn s39_cancelled_before_it_fires_it_never_does() {
    let timer = Timer::new(LONG, || unreachable!()).start().unwrap();
    assert!(timer.cancel());
    assert!(!timer.cancel(), "once is enough");
    timer.join().unwrap();

    let timer = Timer::new(Duration::ZERO, || unreachable!());
    assert!(timer.cancel(), "before the start");
    timer.start().unwrap().join().unwrap();
}
