//! When a thread is over, what is dropped by then, and what the module functions say of it.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, Weak, mpsc};
use std::time::Duration;

use threadkit::{
    Stopped, Target, active_count, current_thread, enumerate, get_ident, get_native_id,
    main_thread, on_stop, sleep, spawn, stop_requested, thread_class, with_current,
};

use crate::support::{OnDrop, gate};

type Log = Arc<Mutex<Vec<&'static str>>>;

fn logs(log: &Log, word: &'static str) -> OnDrop<impl FnMut() + Send + 'static> {
    let log = log.clone();
    OnDrop(move || log.lock().unwrap().push(word))
}

type Dropper = OnDrop<Box<dyn FnMut() + Send>>;

fn boxed(log: &Log, word: &'static str) -> Dropper {
    let log = log.clone();
    OnDrop(Box::new(move || log.lock().unwrap().push(word)))
}

thread_local! {
    static STD: RefCell<Option<Dropper>> = const { RefCell::new(None) };
}

threadkit::local! {
    static FIRST: RefCell<Option<Dropper>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<Dropper>> = const { RefCell::new(None) };
}

#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn all_a_thread_owned_is_dropped_when_a_join_returns() {
    for timed in [false, true] {
        let log = Log::default();
        let owned = logs(&log, "captured");
        let in_thread = log.clone();
        let thread = spawn(move || {
            STD.set(Some(boxed(&in_thread, "std's")));
            FIRST.set(Some(boxed(&in_thread, "first")));
            SECOND.set(Some(boxed(&in_thread, "second")));
            let _local = logs(&in_thread, "local of run");
            let _ = &owned;
        });
        let other = thread.clone();
        if timed {
            thread.join_timeout(Duration::from_secs(3600)).unwrap();
        } else {
            thread.join().unwrap();
        }
        let order = ["local of run", "captured", "second", "first", "std's"];
        assert_eq!(*log.lock().unwrap(), order);
        drop(other);
    }
}

#[thread_class]
struct Shared(#[allow(dead_code, reason = "its count is")] Arc<()>);

#[thread_class]
impl Shared {
    fn run(&self) {}
}

#[thread_class]
struct Consumed(#[allow(dead_code, reason = "its count is")] Arc<()>);

#[thread_class]
impl Consumed {
    fn run(self) {}
}

#[test]
fn an_object_goes_with_its_last_typed_handle() {
    let part = Arc::new(());
    let thread = Shared(part.clone()).start().unwrap();
    thread.join().unwrap();
    let erased = thread.to_thread();
    assert_eq!(Arc::strong_count(&part), 2);
    drop(thread);
    assert_eq!(Arc::strong_count(&part), 1);
    assert!(!erased.is_alive());

    let detached = Shared(part.clone()).start().unwrap().to_thread();
    detached.join().unwrap();
    assert_eq!(Arc::strong_count(&part), 1);

    let consumed = Consumed(part.clone()).start().unwrap();
    consumed.join().unwrap();
    assert_eq!(Arc::strong_count(&part), 1);
}

#[test]
fn an_erased_handle_keeps_no_value() {
    let part = Arc::new(());
    let weak: Weak<()> = Arc::downgrade(&part);
    let thread = spawn(move || part).to_thread();
    thread.join().unwrap();
    assert!(weak.upgrade().is_none());
}

#[test]
fn is_always_answers_and_downcast_while_there_is_something() {
    let (gate, key) = gate();
    let erased = spawn(move || gate.wait()).to_thread();
    assert!(erased.is::<Target<()>>());
    assert!(!erased.is::<Target<u8>>());
    let erased = erased.downcast::<Target<u8>>().unwrap_err();
    let typed = erased.clone().downcast::<Target<()>>().unwrap();
    drop(key);
    typed.join().unwrap();
    assert!(erased.clone().downcast::<Target<()>>().is_ok());
    drop(typed);
    assert!(erased.is::<Target<()>>());
    assert!(erased.downcast::<Target<()>>().is_err());
    assert!(!main_thread().is::<Target<()>>());
    assert!(main_thread().downcast::<Target<()>>().is_err());
}

/// What a look at every thread says of a class must not depend on how far its start has come.
#[test]
fn is_answers_in_the_middle_of_a_start() {
    #[thread_class]
    struct Looked;

    #[thread_class]
    impl Looked {
        fn run(&self) {}
    }
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let until = done.clone();
    let looker = spawn(move || {
        let mut seen = 0;
        while !until.load(std::sync::atomic::Ordering::Relaxed) {
            for thread in enumerate() {
                if thread.class_name() == "Looked" {
                    assert!(thread.is::<Looked>());
                    seen += 1;
                }
            }
        }
        seen
    });
    for _ in 0..threadkit_tests::rounds(2_000) {
        Looked.start().unwrap();
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    looker.value().unwrap();
}

/// A look at an erased handle for another class is nobody's handle.
#[test]
fn a_downcast_to_another_class_keeps_nobody_from_the_object() {
    for _ in 0..threadkit_tests::rounds(2_000) {
        let thread = Shared(Arc::default()).start().unwrap();
        let erased = thread.to_thread();
        let looker = spawn(move || {
            while erased.is_alive() {
                assert!(erased.clone().downcast::<Consumed>().is_err());
            }
            for _ in 0..20 {
                assert!(erased.clone().downcast::<Consumed>().is_err());
            }
        });
        assert!(thread.into_object().is_ok());
        looker.join().unwrap();
    }
}

#[test]
fn enumerate_has_those_that_are_alive() {
    let (gate, key) = gate();
    let thread = Target::new(move || gate.wait()).with_daemon(true).start().unwrap();
    let this = current_thread();
    let threads = enumerate();
    assert!(threads.contains(&thread.to_thread()));
    assert!(threads.contains(&main_thread()));
    assert!(threads.contains(&this));
    assert!(active_count() >= 3);
    assert!(threads.is_sorted_by_key(|thread| thread.ident()));
    drop(key);
    thread.join().unwrap();
    assert!(!thread.is_alive());
    assert!(!enumerate().contains(&thread.to_thread()));
}

#[test]
fn an_alien_thread_has_a_dummy_until_it_ends() {
    let alien = std::thread::Builder::new().name("alien".into()).spawn(|| {
        let this = current_thread();
        assert_eq!(this, current_thread());
        assert_eq!((this.class_name(), &*this.name()), ("DummyThread", "alien"));
        assert!(this.is_alive() && this.is_daemon() && this.start_location().is_none());
        assert_eq!(this.native_id(), Some(get_native_id()));
        assert_eq!(this.ident(), get_ident());
        assert!(enumerate().contains(&this));
        this
    });
    let dummy = alien.unwrap().join().unwrap();
    assert!(!dummy.is_alive());
    assert!(!enumerate().contains(&dummy));
}

#[test]
fn the_main_thread_from_anywhere() {
    let main = spawn(main_thread).value().unwrap();
    assert_eq!(main, main_thread());
    assert_eq!((main.class_name(), &*main.name()), ("MainThread", "MainThread"));
    assert!(!main.is_daemon() && main.is_alive() && main.start_location().is_none());
}

#[test]
fn idents_and_places() {
    let (line, thread) =
        (line!(), spawn(|| (get_ident(), get_native_id(), with_current(|t| t.name()))));
    let place = thread.start_location().unwrap();
    assert_eq!((place.file(), place.line()), (file!(), line));
    let (ident, native, name) = thread.value().unwrap();
    assert_eq!((ident, Some(native), name), (thread.ident(), thread.native_id(), thread.name()));
    let (line, thread) = (line!(), Shared(Arc::default()).with_name("n").start().unwrap());
    assert_eq!(thread.start_location().unwrap().line(), line);
    let (line, thread) = (line!(), Shared(Arc::default()).start().unwrap());
    assert_eq!(thread.start_location().unwrap().line(), line);
}

#[test]
fn a_request_to_stop_wakes_sleeps_and_parks_and_calls_back_once() {
    let (call, calls) = mpsc::channel();
    let (gate, key) = gate();
    let thread = Target::fallible(move || -> Result<(), Stopped> {
        gate.wait();
        assert!(stop_requested());
        on_stop(move || call.send(std::thread::current().id()).unwrap());
        sleep(Duration::MAX)
    });
    let thread = thread.start().unwrap();
    assert!(!thread.stop_requested());
    thread.request_stop();
    thread.request_stop();
    assert!(thread.stop_requested());
    drop(key);
    thread.join().unwrap();
    assert_eq!(thread.value().unwrap(), Err(Stopped));
    let _ = calls.recv().unwrap();
    assert!(calls.recv().is_err());

    let parked = spawn(|| {
        while !stop_requested() {
            std::thread::park();
        }
    });
    parked.request_stop();
    parked.join().unwrap();
    assert_eq!(sleep(Duration::from_millis(1)), Ok(()));
}
