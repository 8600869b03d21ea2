//! Thread-local data on threads of this crate: what is gone when `join` returns, what is a failure, what is inherited.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use threadkit::{JoinError, Local, Target};

/// What was dropped, in order.
type Log = Arc<Mutex<Vec<&'static str>>>;

struct Noted(Log, &'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
    }
}

type Place = RefCell<Option<Noted>>;

/// Here: values are destroyed before any kind of join returns, and before `is_alive` is false.
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn s36_values_are_destroyed_before_every_kind_of_join_returns() {
    threadkit::local! { static KEY: Place = const { RefCell::new(None) }; }
    thread_local! { static STD: Place = const { RefCell::new(None) }; }
    let ways: [fn(&threadkit::Thread<Target<()>>); 4] = [
        |thread| thread.join().unwrap(),
        |thread| thread.join_timeout(Duration::MAX).unwrap(),
        |thread| thread.value().unwrap(),
        |thread| {
            while thread.is_alive() {
                let _ = thread.join_timeout(Duration::from_secs(60));
            }
        },
    ];
    for wait in ways {
        let log = Log::default();
        let instance = Arc::new(Local::<Mutex<Option<Noted>>>::default());
        let thread = threadkit::spawn({
            let (log, instance) = (Arc::clone(&log), Arc::clone(&instance));
            let noted = move |name| Some(Noted(Arc::clone(&log), name));
            move || {
                KEY.set(noted("key"));
                STD.set(noted("std"));
                instance.with(|value| *value.lock().unwrap() = noted("instance"));
            }
        });
        wait(&thread);
        assert_eq!(
            *log.lock().unwrap(),
            ["instance", "key", "std"],
            "this crate's values come first"
        );
        assert_eq!(Arc::strong_count(&log), 1);
    }
}

#[test]
fn a_destructor_that_panics_is_a_failure_of_the_thread_and_the_others_run() {
    struct Bomb(&'static str);
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("{}", self.0);
        }
    }
    threadkit::local! {
        static KEY: RefCell<Option<Noted>> = const { RefCell::new(None) };
        static BOMB: RefCell<Option<Bomb>> = const { RefCell::new(None) };
    }
    let log = Log::default();
    let theirs = Arc::clone(&log);
    let thread = threadkit::spawn(move || {
        KEY.set(Some(Noted(theirs, "key")));
        BOMB.set(Some(Bomb("of the bomb")));
    });
    match thread.join() {
        Err(JoinError::Failed(exception)) => assert_eq!(exception.message(), "of the bomb"),
        other => panic!("{other:?}"),
    }
    assert_eq!(*log.lock().unwrap(), ["key"]);
}

#[test]
fn an_instance_whose_values_panic_does_not_fail_the_thread_that_drops_it() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose");
        }
    }
    let thread = threadkit::spawn(|| {
        let instance = Local::new(|| Bomb);
        instance.with(|_| ());
        drop(instance);
        7
    });
    assert_eq!(thread.value().unwrap(), 7);
    thread.join().unwrap();
}

threadkit::local! {
    #[inherit]
    static REQUEST: RefCell<String> = RefCell::new("none".to_owned());
    #[inherit]
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static OWN: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn a_thread_starts_with_its_starters_values() {
    let starter = threadkit::spawn(|| {
        REQUEST.set("GET /".to_owned());
        OWN.set(1);
        let child = threadkit::spawn(|| {
            DEPTH.set(DEPTH.get() + 1);
            let grandchild = threadkit::spawn(|| (REQUEST.take(), DEPTH.get(), OWN.get()));
            (grandchild.value().unwrap(), REQUEST.take())
        });
        (child.value().unwrap(), REQUEST.take(), DEPTH.get())
    });
    let get = || "GET /".to_owned();
    assert_eq!(starter.value().unwrap(), (((get(), 1, 0), get()), get(), 0));
}

#[test]
fn what_the_starter_sets_later_is_not_inherited() {
    let starter = threadkit::spawn(|| {
        REQUEST.set("early".to_owned());
        let (go, gone) = mpsc::channel::<()>();
        let child = threadkit::spawn(move || {
            let _ = gone.recv();
            REQUEST.take()
        });
        REQUEST.set("late".to_owned());
        drop(go);
        child.value().unwrap()
    });
    assert_eq!(starter.value().unwrap(), "early");
}

#[test]
fn a_value_mutably_borrowed_at_start_is_an_error_that_names_it() {
    let starter = threadkit::spawn(|| {
        let error = REQUEST.with_borrow_mut(|_| {
            let object = Target::new(|| 1);
            threadkit::Builder::new(object).try_start().expect_err("borrowed")
        });
        let message = error.error().to_string();
        let retried = error.into_builder().start().unwrap();
        (message, retried.value().unwrap())
    });
    let (message, value) = starter.value().unwrap();
    assert!(message.contains("local_threads::REQUEST`"), "{message}");
    assert_eq!(value, 1);
}

#[test]
fn a_clone_that_panics_leaves_nothing_behind() {
    static COPIES: AtomicU32 = AtomicU32::new(0);
    /// Counted while it lives.
    struct Counted;
    impl Counted {
        fn new() -> Self {
            COPIES.fetch_add(1, Ordering::Relaxed);
            Self
        }
    }
    impl Clone for Counted {
        fn clone(&self) -> Self {
            Self::new()
        }
    }
    impl Drop for Counted {
        fn drop(&mut self) {
            COPIES.fetch_sub(1, Ordering::Relaxed);
        }
    }
    struct Unwilling;
    impl Clone for Unwilling {
        fn clone(&self) -> Self {
            panic!("unwilling");
        }
    }
    threadkit::local! {
        #[inherit]
        static COUNTED: Counted = Counted::new();
        #[inherit]
        static UNWILLING: Unwilling = Unwilling;
    }
    let starter = threadkit::spawn(|| {
        COUNTED.with(|_| ());
        UNWILLING.with(|_| ());
        let start = || Target::new(|| ()).with_name("never started").start().map(drop);
        let panicked = catch_unwind(start).is_err();
        let alive = threadkit::enumerate().iter().any(|thread| thread.name() == "never started");
        (panicked, COPIES.load(Ordering::Relaxed), alive)
    });
    // The starter has one of its own, and the copy made before the panic is dropped.
    assert_eq!(starter.value().unwrap(), (true, 1, false));
    starter.join().unwrap();
    assert_eq!(COPIES.load(Ordering::Relaxed), 0);
}

#[test]
fn for_each_starts_and_joins_threads() {
    let instance = Arc::new(Local::new(|| AtomicU32::new(1)));
    instance.with(|value| value.store(5, Ordering::Relaxed));
    let mut visits = 0;
    instance.for_each(|_| {
        visits += 1;
        let theirs = Arc::clone(&instance);
        let thread = threadkit::spawn(move || {
            theirs.with(|_| ());
            let mut sum = 0;
            theirs.for_each(|value| sum += value.load(Ordering::Relaxed));
            sum
        });
        assert_eq!(thread.value().unwrap(), 6);
    });
    assert_eq!(visits, 1);
    instance.for_each(|value| assert_eq!(value.load(Ordering::Relaxed), 5));
}

#[test]
fn a_class_may_opt_out_of_inheritance() {
    /// Says what its thread starts with.
    #[threadkit::thread_class(inherit = false)]
    struct Fresh;

    #[threadkit::thread_class]
    impl Fresh {
        fn run(&self) -> String {
            REQUEST.take()
        }
    }

    let starter = threadkit::spawn(|| {
        REQUEST.set("GET /".to_owned());
        Fresh.start().unwrap().value().unwrap()
    });
    assert_eq!(starter.value().unwrap(), "none");
}

// Elsewhere C starts threads by another call; how they end is the same as with std's.
#[cfg(unix)]
#[test]
fn values_of_a_thread_that_c_started_are_destroyed_when_it_ends() {
    threadkit::local! { static KEY: Place = const { RefCell::new(None) }; }

    extern "C" fn run(log: *mut libc::c_void) -> *mut libc::c_void {
        // SAFETY: the starter passes a `Log` that it keeps until it has joined this thread.
        let log = unsafe { &*log.cast::<Log>() };
        KEY.set(Some(Noted(Arc::clone(log), "key")));
        std::ptr::null_mut()
    }

    let log = Log::default();
    let argument = (&raw const log).cast_mut().cast();
    let mut thread = std::mem::MaybeUninit::uninit();
    // SAFETY: `thread` is a place for the id, null attributes are the default ones, `run` has the right type and does
    // not unwind, and its argument outlives the join below.
    let started =
        unsafe { libc::pthread_create(thread.as_mut_ptr(), std::ptr::null(), run, argument) };
    assert_eq!(started, 0);
    // SAFETY: the call above has written it.
    let thread = unsafe { thread.assume_init() };
    // SAFETY: the thread is there, and is joined once.
    let joined = unsafe { libc::pthread_join(thread, std::ptr::null_mut()) };
    assert_eq!(joined, 0);
    assert_eq!(*log.lock().unwrap(), ["key"]);
}
