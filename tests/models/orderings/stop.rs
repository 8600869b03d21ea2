//! A request to stop, and those who are to hear of it.

use std::sync::Arc;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use super::Data;

#[allow(dead_code)]
#[path = "../../../threadkit/src/core/stop.rs"]
mod state;

use state::{Registrar, StopState, Stopped};

#[derive(Default)]
struct Shared {
    stop: StopState,
    data: Data,
}

/// Has another thread write the data and request the stop.
fn request(shared: &Arc<Shared>) -> thread::JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || {
        shared.data.write();
        shared.stop.request(|| ());
    })
}

/// Who sees the request, without a lock, sees what led to it.
#[test]
fn who_sees_the_request_sees_what_led_to_it() {
    loom::model(|| {
        let shared = Arc::new(Shared::default());
        let thread = request(&shared);
        if shared.stop.is_requested() {
            shared.data.assert_written();
        }
        thread.join().unwrap();
    });
}

/// Who sleeps is woken by the request.
#[test]
fn who_sleeps_is_woken() {
    loom::model(|| {
        let shared = Arc::new(Shared::default());
        let thread = request(&shared);
        assert_eq!(shared.stop.wait_until(None, || false), Err(Stopped));
        shared.data.assert_written();
        thread.join().unwrap();
    });
}

/// Who waits for something else looks again when it is nudged.
#[test]
fn who_is_nudged_looks_again() {
    loom::model(|| {
        let shared = Arc::new((Shared::default(), AtomicBool::new(false)));
        let theirs = shared.clone();
        let thread = thread::spawn(move || {
            theirs.0.data.write();
            theirs.1.store(true, Ordering::Release);
            theirs.0.stop.nudge();
        });
        let done = || shared.1.load(Ordering::Acquire);
        assert_eq!(shared.0.stop.wait_until(None, done), Ok(true));
        shared.0.data.assert_written();
        thread.join().unwrap();
    });
}

/// A callback is called once, whoever asks first.
#[test]
fn a_callback_is_called_once() {
    loom::model(|| {
        let stop = Arc::new(StopState::default());
        let calls = Arc::new(AtomicUsize::new(0));
        let theirs = stop.clone();
        let thread = thread::spawn(move || theirs.request(|| ()));
        let count = calls.clone();
        stop.on_stop(
            Registrar::Thread,
            Box::new(move || _ = count.fetch_add(1, Ordering::Relaxed)),
        );
        stop.request(|| ());
        thread.join().unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    });
}

/// What is taken back was called whole, or is not called: from then on nothing of it is in use.
#[test]
fn what_is_taken_back_is_not_in_use() {
    loom::model(|| {
        let stop = Arc::new(StopState::default());
        let data = Arc::new(Data::new());
        let calls = Arc::new(AtomicUsize::new(0));
        let theirs = stop.clone();
        let thread = thread::spawn(move || theirs.request(|| ()));
        let callback = {
            let (data, calls) = (data.clone(), calls.clone());
            Box::new(move || {
                data.write();
                calls.fetch_add(1, Ordering::Relaxed);
            })
        };
        let key = stop.on_stop(Registrar::Thread, callback);
        stop.take_back(key);
        // Loom fails the model if the call goes on, or is not ordered before this.
        if calls.load(Ordering::Relaxed) == 1 {
            data.assert_written();
        } else {
            data.write();
        }
        thread.join().unwrap();
    });
}

/// A callback that takes itself back, while it is called, does not wait for itself.
#[test]
fn a_callback_takes_itself_back() {
    loom::model(|| {
        let stop = Arc::new(StopState::default());
        let key = Arc::new(AtomicUsize::new(0));
        let callback = {
            let (stop, key) = (stop.clone(), key.clone());
            Box::new(move || stop.take_back(key.load(Ordering::Relaxed) as u64))
        };
        let registered = stop.on_stop(Registrar::Thread, callback);
        key.store(usize::try_from(registered).unwrap(), Ordering::Relaxed);
        stop.request(|| ());
    });
}
