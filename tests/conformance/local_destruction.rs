//! When thread-local values are destroyed, in which order, and what their destructors may do.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Barrier, LazyLock, Mutex};
use std::thread;

use threadkit::{Local, LocalKey};

/// What was dropped, in order.
type Log = Arc<Mutex<Vec<&'static str>>>;

/// Writes its name when dropped, and then does something.
struct Noted(Log, &'static str, fn(&Log));

impl Drop for Noted {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(self.1);
        (self.2)(&self.0);
    }
}

type Place = RefCell<Option<Noted>>;

fn put(key: &'static LocalKey<Place>, log: &Log, name: &'static str, then: fn(&Log)) {
    key.set(Some(Noted(Arc::clone(log), name, then)));
}

/// Runs `work` on a thread of its own and tells what was dropped when its `join` had returned. What
/// `work` returns lives longer: instances whose values are to end with the thread.
fn dropped_by_join<R: Send + 'static>(
    work: impl FnOnce(&Log) -> R + Send + 'static,
) -> Vec<&'static str> {
    let log = Log::default();
    let theirs = Arc::clone(&log);
    let kept = thread::spawn(move || work(&theirs)).join().unwrap();
    let dropped = log.lock().unwrap().clone();
    drop(kept);
    assert_eq!(*log.lock().unwrap(), dropped, "no value is left");
    dropped
}

threadkit::local! {
    static A: Place = const { RefCell::new(None) };
    static B: Place = RefCell::new(None);
    static C: Place = const { RefCell::new(None) };
}

#[test]
fn last_initialised_first_keys_and_instances_alike() {
    let order = dropped_by_join(|log| {
        let instances = ["first", "last"].map(|name| {
            let log = Arc::clone(log);
            Local::new(move || Noted(Arc::clone(&log), name, |_| ()))
        });
        put(&B, log, "b", |_| ());
        instances[0].with(|_| ());
        put(&A, log, "a", |_| ());
        put(&C, log, "c", |_| ());
        instances[1].with(|_| ());
        instances
    });
    assert_eq!(order, ["last", "c", "a", "first", "b"]);
}

#[test]
fn the_order_holds_when_instances_are_gone_in_between() {
    let order = dropped_by_join(|log| {
        let noted = |name| {
            let log = Arc::clone(log);
            Local::new(move || Noted(Arc::clone(&log), name, |_| ()))
        };
        let (kept, gone) = (noted("kept"), noted("gone"));
        let fleeting = || (0..40).for_each(|_| Local::new(|| 0).with(|_| ()));
        gone.with(|_| ());
        fleeting();
        put(&A, log, "a", |_| ());
        fleeting();
        kept.with(|_| ());
        drop(gone);
        fleeting();
        put(&B, log, "b", |_| ());
        fleeting();
        kept
    });
    assert_eq!(order, ["gone", "b", "kept", "a"]);
}

#[test]
fn a_destructor_uses_older_values_and_initialises_new_ones() {
    let order = dropped_by_join(|log| {
        put(&A, log, "a", |_| ());
        put(&B, log, "b", |log| {
            A.with_borrow(|a| assert_eq!(a.as_ref().expect("older").1, "a"));
            put(&C, log, "c, first used in b's destructor", |_| ());
        });
    });
    assert_eq!(order, ["b", "c, first used in b's destructor", "a"]);
}

#[test]
fn a_destroyed_value_is_an_error_and_never_a_new_one() {
    static INSTANCE: LazyLock<Local<Mutex<Option<Noted>>>> = LazyLock::new(Local::default);
    let order = dropped_by_join(|log| {
        put(&A, log, "a", |_| {
            assert!(A.try_with(|_| ()).is_err(), "in its own destructor");
            assert!(B.try_with(|_| ()).is_err(), "destroyed before");
            assert!(INSTANCE.try_with(|_| ()).is_err(), "destroyed before");
        });
        put(&B, log, "b", |_| ());
        let noted = Noted(Arc::clone(log), "instance", |_| {
            let error = INSTANCE.try_with(|_| ()).expect_err("in its own destructor");
            assert_eq!(error.to_string(), "the thread-local value is already destroyed");
        });
        INSTANCE.with(|value| *value.lock().unwrap() = Some(noted));
    });
    assert_eq!(order, ["instance", "b", "a"]);
}

#[test]
fn a_destructor_that_panics_does_not_keep_the_others() {
    let order = dropped_by_join(|log| {
        let instance = Local::new({
            let log = Arc::clone(log);
            move || Noted(Arc::clone(&log), "instance", |_| panic!("of the instance's value"))
        });
        put(&A, log, "a", |_| ());
        instance.with(|_| ());
        put(&B, log, "b", |_| panic!("of b"));
        instance
    });
    assert_eq!(order, ["b", "instance", "a"]);
}

#[test]
fn an_instance_dropped_with_values_that_panic_drops_them_all() {
    const THREADS: usize = 3;
    let log = Log::default();
    let theirs = Arc::clone(&log);
    let instance =
        Arc::new(Local::new(move || Noted(Arc::clone(&theirs), "value", |_| panic!("on purpose"))));
    let (used, ended) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    thread::scope(|s| {
        for _ in 0..THREADS {
            let (instance, used, ended) = (Arc::clone(&instance), &used, &ended);
            s.spawn(move || {
                instance.with(|_| ());
                drop(instance);
                used.wait();
                ended.wait();
            });
        }
        used.wait();
        drop(Arc::into_inner(instance).expect("the threads have given theirs up"));
        assert_eq!(*log.lock().unwrap(), ["value"; THREADS]);
        ended.wait();
    });
    assert_eq!(log.lock().unwrap().len(), THREADS, "none twice");
}

#[test]
fn values_first_used_in_a_destructor_of_stds_are_destroyed() {
    struct Std(Log);
    impl Drop for Std {
        fn drop(&mut self) {
            put(&C, &self.0, "c", |_| ());
        }
    }
    thread_local! { static STD: RefCell<Option<Std>> = const { RefCell::new(None) }; }
    let nothing_before = dropped_by_join(|log| STD.set(Some(Std(Arc::clone(log)))));
    assert_eq!(nothing_before, ["c"]);
    // Registered first, std destroys it last, when this crate's guard has run: where the compiler has
    // thread-locals. Elsewhere the system decides, and C may be the younger one and go first.
    let mut both = dropped_by_join(|log| {
        STD.set(Some(Std(Arc::clone(log))));
        put(&A, log, "a", |_| ());
    });
    both.sort_unstable();
    assert_eq!(both, ["a", "c"]);
}

/// Std's values are destroyed before this crate's, or after them: the first is registered before them, the second
/// after them. Either finds the value that was there, or none.
#[test]
fn no_destructor_of_stds_finds_a_second_value() {
    static INSTANCE: LazyLock<Local<Cell<u32>>> = LazyLock::new(Local::default);
    threadkit::local! {
        static KEY: Cell<Option<Box<u32>>> = const { Cell::new(None) };
    }
    struct Std(Log);
    impl Drop for Std {
        fn drop(&mut self) {
            let instance = match INSTANCE.try_with(Cell::get) {
                Err(_) => "refused",
                Ok(7) => "there",
                Ok(_) => "a second one",
            };
            let key =
                match KEY.try_with(|key| key.take().map(|value| (*value, key.set(Some(value))))) {
                    Err(_) => "refused",
                    Ok(Some((8, ()))) => "there",
                    Ok(_) => "a second one",
                };
            self.0.lock().unwrap().extend([instance, key]);
        }
    }
    thread_local! {
        static FIRST: RefCell<Option<Std>> = const { RefCell::new(None) };
        static LAST: RefCell<Option<Std>> = const { RefCell::new(None) };
    }
    let found = dropped_by_join(|log| {
        FIRST.set(Some(Std(Arc::clone(log))));
        INSTANCE.with(|value| value.set(7));
        KEY.set(Some(Box::new(8)));
        LAST.set(Some(Std(Arc::clone(log))));
    });
    assert_eq!(found.len(), 4);
    assert!(!found.contains(&"a second one"), "{found:?}");
    if cfg!(target_os = "linux") {
        assert_eq!(found, ["there", "there", "refused", "refused"]);
    }
}
