//! What is to be called at a stop: how long it is kept, and how it is taken back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak, mpsc};

use threadkit::{
    Builder, StopToken, Target, WaitsFor, current_thread, dump, on_stop, sleep, spawn,
    stop_requested, while_stoppable,
};

/// What the thread registered itself is gone when a join returns, whoever holds a handle; what its starter registered
/// is called later.
#[test]
fn a_threads_own_callbacks_go_with_it() {
    let owned = Arc::new(());
    let kept = Arc::new(AtomicUsize::new(0));
    let (by_function, by_token) = (owned.clone(), owned.clone());
    let count = kept.clone();
    let thread = Builder::new(Target::new(move || {
        on_stop(move || drop(by_function));
        StopToken::current().on_stop(move || drop(by_token));
    }))
    .on_stop(move || _ = count.fetch_add(1, Ordering::Relaxed))
    .start()
    .unwrap();
    thread.join().unwrap();
    assert_eq!(Arc::strong_count(&owned), 1, "{thread}");
    assert_eq!(Arc::strong_count(&kept), 2);
    thread.request_stop();
    assert_eq!(kept.load(Ordering::Relaxed), 1);
}

/// One that another thread registered stays, and is called although the thread is over.
#[test]
fn callbacks_of_others_stay() {
    let thread = spawn(|| ());
    let token = StopToken::from(&thread);
    let called = Arc::new(AtomicUsize::new(0));
    let count = called.clone();
    token.on_stop(move || _ = count.fetch_add(1, Ordering::Relaxed));
    thread.join().unwrap();
    thread.request_stop();
    assert_eq!(called.load(Ordering::Relaxed), 1);
}

/// Those that a destructor of a thread-local registers, too.
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn callbacks_registered_at_the_very_end_go() {
    struct Late(Arc<()>);

    impl Drop for Late {
        fn drop(&mut self) {
            let owned = self.0.clone();
            on_stop(move || drop(owned));
        }
    }

    threadkit::local! { static OURS: std::cell::RefCell<Option<Late>> = std::cell::RefCell::new(None); }
    thread_local! { static STD: std::cell::RefCell<Option<Late>> = const { std::cell::RefCell::new(None) }; }

    let owned = Arc::new(());
    let (ours, std) = (owned.clone(), owned.clone());
    let thread = spawn(move || {
        OURS.set(Some(Late(ours)));
        STD.set(Some(Late(std)));
    });
    thread.join().unwrap();
    assert_eq!(Arc::strong_count(&owned), 1);
}

#[test]
fn a_registration_that_is_dropped_is_not_called() {
    let stop = StopToken::new();
    let owned = Arc::new(());
    let registrations: Vec<_> = (0..100)
        .map(|_| {
            let owned = owned.clone();
            stop.register(move || drop(owned))
        })
        .collect();
    assert_eq!(Arc::strong_count(&owned), 101);
    drop(registrations);
    assert_eq!(Arc::strong_count(&owned), 1);
    stop.request_stop();
}

/// The drop waits for a call on another thread: then nothing of the callback is in use.
#[test]
fn a_registration_outlives_its_call() {
    let stop = StopToken::new();
    let (began, begins) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    let over = Arc::new(AtomicUsize::new(0));
    let count = over.clone();
    let registration = stop.register(move || {
        began.send(()).unwrap();
        goes_on.recv().unwrap();
        count.store(1, Ordering::Relaxed);
    });
    let requester = spawn(move || stop.request_stop());
    begins.recv().unwrap();
    let dropper = spawn(move || {
        drop(registration);
        over.load(Ordering::Relaxed)
    });
    go_on.send(()).unwrap();
    assert_eq!(dropper.value().unwrap(), 1);
    requester.join().unwrap();
}

/// A callback that drops its own registration does not wait for itself.
#[test]
fn a_callback_drops_its_own_registration() {
    let stop = StopToken::new();
    let own = Arc::new(Mutex::new(None));
    let place = own.clone();
    *own.lock().unwrap() = Some(stop.register(move || drop(place.lock().unwrap().take())));
    let registration = own.lock().unwrap().is_some();
    assert!(registration);
    stop.request_stop();
    assert!(own.lock().unwrap().is_none());
}

/// A panic in one callback keeps none of the others from being called.
#[test]
fn callbacks_are_called_in_order_and_a_panic_ends_one() {
    let stop = StopToken::new();
    let log = Arc::new(Mutex::new(Vec::new()));
    for n in 0..4 {
        let log = log.clone();
        stop.on_stop(move || {
            log.lock().unwrap().push(n);
            assert!(n != 1, "the second callback");
        });
    }
    let requester = stop.clone();
    let thread = spawn(move || requester.request_stop());
    thread.join().unwrap();
    assert_eq!(*log.lock().unwrap(), [0, 1, 2, 3]);
}

#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    /// Waits until the gate is open, or a stop is requested.
    fn pass(&self) -> bool {
        let wake = || {
            drop(self.open.lock());
            self.changed.notify_all();
        };
        while_stoppable(wake, || {
            let open = self.open.lock().unwrap();
            *self.changed.wait_while(open, |open| !*open && !stop_requested()).unwrap()
        })
    }
}

/// Whatever the moment of the stop, a wait for a condition variable ends.
#[test]
fn a_condition_variable_hears_a_stop() {
    for _ in 0..300 {
        let gate = Arc::new(Gate::default());
        let waiter = spawn({
            let gate = gate.clone();
            move || gate.pass()
        });
        waiter.request_stop();
        assert!(!waiter.value().unwrap());
    }
}

#[test]
fn what_blocks_is_shown_and_goes_on_without_a_stop() {
    let gate = Arc::new(Gate::default());
    let waiter = spawn({
        let gate = gate.clone();
        move || gate.pass()
    });
    let is_shown = || {
        let dump = dump();
        let row = dump.threads().iter().find(|row| row.ident() == waiter.ident());
        matches!(row.unwrap().waits_for(), Some(WaitsFor::Stoppable))
    };
    while !is_shown() {
        std::thread::yield_now();
    }
    *gate.open.lock().unwrap() = true;
    gate.changed.notify_all();
    assert!(waiter.value().unwrap());
    waiter.request_stop();
}

/// What is borrowed is not used after the call, also when that panics; and a wait inside of it is one of its own.
#[test]
fn what_wakes_may_borrow() {
    let thread = spawn(|| {
        let calls = AtomicUsize::new(0);
        let wake = || _ = calls.fetch_add(1, Ordering::Relaxed);
        let inner = while_stoppable(wake, || {
            current_thread().request_stop();
            sleep(std::time::Duration::MAX)
        });
        assert!(inner.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| while_stoppable(wake, || panic!("out"))));
        assert!(panicked.is_err());
        calls.load(Ordering::Relaxed)
    });
    assert_eq!(thread.value().unwrap(), 2, "at the request, and where it was past");
}

/// A worker that registers one for each job grows by nothing.
#[test]
fn jobs_leave_nothing_behind() {
    let released = spawn(|| {
        let jobs: Vec<Weak<()>> = (0..1000)
            .map(|_| {
                let owned = Arc::new(());
                let weak = Arc::downgrade(&owned);
                while_stoppable(move || _ = &owned, || ());
                weak
            })
            .collect();
        jobs.iter().all(|job| job.upgrade().is_none())
    });
    assert!(released.value().unwrap());
}

/// What the starter registered is there when the thread begins, whatever that does first.
#[test]
fn a_builders_callback_is_registered_before_the_thread_begins() {
    for _ in 0..300 {
        let (called, calls) = mpsc::channel();
        let hasty = Target::new(move || {
            current_thread().request_stop();
            calls.try_recv().is_ok()
        });
        let thread = Builder::new(hasty).on_stop(move || called.send(()).unwrap()).start().unwrap();
        assert!(thread.value().unwrap());
    }
}

/// Where the system refuses the thread, its callbacks come back with its object.
#[test]
fn a_refused_thread_gives_its_callbacks_back() {
    let (called, calls) = mpsc::channel();
    let greedy = Builder::new(Target::new(|| ())).with_stack_size(usize::MAX / 2);
    let refused = greedy.on_stop(move || called.send(()).unwrap()).try_start().unwrap_err();
    assert!(calls.try_recv().is_err());
    let thread = refused.into_builder().with_stack_size(64 * 1024).start().unwrap();
    thread.join().unwrap();
    thread.request_stop();
    assert!(calls.try_recv().is_ok());
}
