//! Events: no wake-up is lost, and none is made up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use threadkit::{Event, spawn};

use crate::explore::explore;

/// All who wait go on when the event is set, on either kind of wait, and see what led to it.
#[test]
fn all_who_wait_are_woken() {
    explore(|| {
        let event = Arc::new(Event::new());
        let data = Arc::new(AtomicUsize::new(0));
        let waiter = |or_stop: bool| {
            let (event, data) = (event.clone(), data.clone());
            spawn(move || {
                if or_stop {
                    event.wait_or_stop().unwrap();
                } else {
                    event.wait();
                }
                data.load(SeqCst)
            })
        };
        let waiters = [waiter(false), waiter(true), waiter(false)];
        data.store(7, SeqCst);
        event.set();
        for waiter in waiters {
            assert_eq!(waiter.value().unwrap(), 7);
        }
    });
}

/// A worker that clears the event, and looks then, misses no work.
#[test]
fn a_worker_misses_no_work() {
    fn worker(wait: fn(&Event)) {
        let (event, work) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
        let worker = {
            let (event, work) = (event.clone(), work.clone());
            spawn(move || {
                let mut done = 0;
                while done < 3 {
                    wait(&event);
                    event.clear();
                    done += work.swap(0, SeqCst);
                }
            })
        };
        let producers = [1, 2].map(|amount| {
            let (event, work) = (event.clone(), work.clone());
            spawn(move || {
                work.fetch_add(amount, SeqCst);
                event.set();
            })
        });
        worker.join().unwrap();
        for producer in producers {
            producer.join().unwrap();
        }
    }
    explore(|| worker(Event::wait));
    explore(|| worker(|event| event.wait_or_stop().unwrap()));
}

/// A timed wait is false where the event was not set, and nobody who waits is woken by a clear.
#[test]
fn no_wake_up_is_made_up() {
    explore(|| {
        let event = Arc::new(Event::new());
        let timed = [false, true].map(|or_stop| {
            let event = event.clone();
            spawn(move || {
                let moment = Duration::from_millis(1);
                if or_stop {
                    event.wait_or_stop_timeout(moment).unwrap()
                } else {
                    event.wait_timeout(moment)
                }
            })
        });
        event.clear();
        for timed in timed {
            assert!(!timed.value().unwrap());
        }
        let patient = {
            let event = event.clone();
            spawn(move || event.wait_timeout(Duration::from_secs(3600)))
        };
        event.set();
        assert!(patient.value().unwrap());
    });
}
