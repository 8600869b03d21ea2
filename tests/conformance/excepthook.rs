//! The excepthook within a process: s17 to s21. It is one for all, so one test at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use threadkit::{
    ExceptionKind, Target, default_excepthook, set_excepthook, spawn, take_excepthook,
};

/// The tests take turns; the default hook is back at the end of each.
struct Turn(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    Turn(TURN.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(take_excepthook());
    }
}

type Calls = Arc<Mutex<Vec<String>>>;

/// A hook that notes its calls under a name.
fn note(calls: &Calls, name: &'static str) {
    let calls = Arc::clone(calls);
    set_excepthook(move |args| {
        calls.lock().unwrap().push(format!("{name}: {}", args.exception.message()));
    });
}

/// Python: the excepthook is called with the exception and the thread (`test_excepthook`).
/// Here: `ExceptHookArgs` for a panic and for an `Err`, on the thread that failed; `join` gets the
/// same `Exception`.
#[test]
fn s17_the_hook_is_told_of_the_exception_and_the_thread() {
    let _turn = turn();
    let (told, tell) = mpsc::channel();
    set_excepthook(move |args| {
        assert_eq!(*args.thread, threadkit::current_thread(), "on the thread that failed");
        assert!(args.thread.is_alive());
        told.send((Arc::clone(args.exception), args.thread.clone())).unwrap();
    });
    let panicking = Target::new(|| panic!("of {}", "run")).with_name("one").start().unwrap();
    let (exception, thread) = tell.recv().unwrap();
    assert_eq!((exception.kind(), exception.message()), (ExceptionKind::Panic, "of run"));
    assert_eq!(exception.location().unwrap().file(), file!());
    assert_eq!((&*exception.thread_name(), exception.class_name()), ("one", "Target"));
    assert_eq!(thread, panicking);
    let joined = panicking.join().unwrap_err();
    assert!(Arc::ptr_eq(joined.exception().unwrap(), &exception), "join hears of the same");

    let failing = Target::fallible(|| "x".parse::<u8>()).start().unwrap();
    let (exception, thread) = tell.recv().unwrap();
    assert_eq!(exception.kind(), ExceptionKind::Error);
    assert_eq!(exception.message(), "invalid digit found in string");
    assert!(thread == failing && exception.location().is_none());
    assert!(failing.value().unwrap().is_err(), "the error itself is the value");
}

/// Here: no excepthook is called.
#[test]
fn s18_the_hook_does_not_hear_of_an_exit() {
    let _turn = turn();
    let calls = Calls::default();
    note(&calls, "hook");
    spawn(|| threadkit::exit_thread()).join().unwrap();
    assert_eq!(*calls.lock().unwrap(), [""; 0]);
    spawn(|| panic!("a failure")).join().unwrap_err();
    assert_eq!(*calls.lock().unwrap(), ["hook: a failure"], "the hook is in force");
}

/// Python: a hook of one's own is looked up when the thread fails (`test_custom_excepthook`).
/// Here: a `set_excepthook` after the start counts.
#[test]
fn s19_the_hook_is_looked_up_when_the_thread_fails() {
    let _turn = turn();
    let calls = Calls::default();
    note(&calls, "at start");
    let (go, wait) = mpsc::channel::<()>();
    let thread = spawn(move || {
        wait.recv().unwrap();
        panic!("late");
    });
    note(&calls, "at failure");
    go.send(()).unwrap();
    thread.join().unwrap_err();
    assert_eq!(*calls.lock().unwrap(), ["at failure: late"]);
}

/// Python: a hook that raises is reported, and the thread ends as ever
/// (`test_custom_excepthook_fail`).
/// Here: the failure of `run` reaches `join`, and later failures their hook.
#[test]
fn s20_a_hook_that_panics_ends_nothing_else() {
    let _turn = turn();
    set_excepthook(|_| panic!("of the hook"));
    let thread = spawn(|| panic!("of run"));
    assert_eq!(thread.join().unwrap_err().exception().unwrap().message(), "of run");
    let calls = Calls::default();
    note(&calls, "next");
    spawn(|| panic!("again")).join().unwrap_err();
    assert_eq!(*calls.lock().unwrap(), ["next: again"]);
}

/// Python: the original hook stays reachable as `__excepthook__` (`test_original_excepthook`).
/// Here: `take_excepthook` gives the hook before, the default one included.
#[test]
fn s21_the_hook_before_stays_reachable() {
    let _turn = turn();
    let calls = Calls::default();
    note(&calls, "first");
    let first = take_excepthook();
    note(&calls, "second");
    let second = take_excepthook();
    set_excepthook(move |args| {
        first(args);
        second(args);
    });
    spawn(|| panic!("both")).join().unwrap_err();
    assert_eq!(*calls.lock().unwrap(), ["first: both", "second: both"]);
    drop(take_excepthook());
    // Where none is set, the default one is given.
    let default = take_excepthook();
    set_excepthook(move |args| {
        default(args);
        default_excepthook(args);
    });
    spawn(|| panic!("to stderr, once")).join().unwrap_err();
}
