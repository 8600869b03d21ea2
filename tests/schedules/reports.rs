//! What is told of schedules that fail in an awkward moment, and of threads that threadkit has not started.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::time::Duration;

use threadkit::{Event, Guard, Supervisor, thread_class};
use threadkit_schedules::sync::{Arc, Mutex, RwLock};
use threadkit_schedules::{schedules, thread};

/// The report of the first schedule that fails.
fn report_of(f: impl Fn() + Send + Sync + 'static) -> String {
    let found = catch_unwind(AssertUnwindSafe(|| schedules(100, f)));
    let payload = found.expect_err("no schedule fails");
    *payload.downcast().expect("a report")
}

/// Waits for what never comes, and ignores a stop.
#[thread_class]
struct Stuck;

#[thread_class]
impl Stuck {
    fn run(&self) {
        Event::new().wait();
    }
}

#[test]
fn main_that_waits_while_it_unwinds_is_in_a_deadlock() {
    let report = report_of(|| {
        let _stuck = Guard::new(Stuck.start().unwrap());
        panic!("no use");
    });
    assert!(report.contains("failed: deadlock: every thread waits"), "{report}");
    assert!(report.contains("MainThread waits for end of Stuck-1, at "), "{report}");
    assert!(report.contains("no use"), "{report}");
}

#[test]
fn thread_that_waits_while_it_unwinds_is_in_a_deadlock() {
    let report = report_of(|| {
        let unwinds = threadkit::spawn(|| {
            let _stuck = Guard::new(Stuck.start().unwrap());
            panic!("no use");
        });
        let _: Result<(), _> = unwinds.join();
    });
    assert!(report.contains("failed: deadlock: every thread waits"), "{report}");
    assert!(report.contains("MainThread waits for end of Target-1, at "), "{report}");
    assert!(report.contains("Target-1 waits for end of Stuck-2, at "), "{report}");
    // The next ones know nothing of that panic.
    schedules(10, || threadkit::spawn(|| ()).join().unwrap());
}

/// Some thread holds a lock of the runtime's in some schedule.
#[test]
fn main_that_fails_beside_others_is_told() {
    let report = report_of(|| {
        let late = threadkit::spawn(|| threadkit::sleep(Duration::from_millis(5)));
        late.join_timeout(Duration::from_millis(5)).expect("in time");
    });
    assert!(report.contains("in time: TimedOut"), "{report}");
}

#[test]
fn payload_whose_drop_waits_is_not_dropped() {
    struct Waits;
    impl Drop for Waits {
        fn drop(&mut self) {
            Event::new().wait();
        }
    }
    let report = report_of(|| panic_any(Waits));
    assert!(report.contains("thread 'MainThread' panicked at "), "{report}");
}

/// A wait of threadkit's on a thread that it does not know, and those of others, in the lines of the test.
#[test]
fn waits_are_said_in_words() {
    let report = report_of(|| {
        thread::spawn(thread::park);
        Event::new().wait();
    });
    let place = format!("{}:{}:", file!(), line!() - 2);
    let said = format!("MainThread waits in threadkit's `wait`, at {place}");
    assert!(report.contains(&said), "{report}");
    assert!(report.contains("thread 1 waits for an unpark, at "), "{report}");
    let report = report_of(|| {
        let supervisor = Supervisor::new().child("stuck", || Stuck).start().unwrap();
        supervisor.join().unwrap();
    });
    assert!(report.contains("  Supervisor-1 waits for end of a child\n"), "{report}");
}

#[test]
fn steps_of_a_thread_that_yields_are_in_its_lines() {
    let report = report_of(|| {
        thread::yield_now();
        panic!("no use");
    });
    assert!(report.contains(&format!("yield, at {}:{}:", file!(), line!() - 3)), "{report}");
}

/// Whoever only tries to take a lock finds it taken in some schedule, though its holder does nothing else meanwhile.
#[test]
fn locks_are_held_for_a_while() {
    let report = report_of(|| {
        let count = Arc::new(Mutex::new(0));
        threadkit::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    if let Ok(mut count) = count.try_lock() {
                        *count += 1;
                    }
                });
            }
        });
        assert_eq!(*count.lock().unwrap(), 2);
    });
    assert!(report.contains("Mutex::try_lock, at "), "{report}");
    report_of(|| {
        let lock = Arc::new(RwLock::new(0));
        let theirs = lock.clone();
        let reader = threadkit::spawn(move || *theirs.read().unwrap());
        *lock.try_write().expect("nobody reads") = 1;
        reader.join().unwrap();
    });
}
