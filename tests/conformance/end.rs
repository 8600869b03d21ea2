//! The end: what is released, and a quiet exit: s04, s18.

use std::sync::{Arc, Weak};

use threadkit::{JoinError, Target, Thread, spawn, thread_class};

#[thread_class]
struct Consumed(Arc<()>);

#[thread_class]
impl Consumed {
    fn run(self) -> usize {
        Arc::strong_count(&self.0)
    }
}

#[thread_class]
struct Shared(Arc<()>);

#[thread_class]
impl Shared {
    fn run(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

/// Something to be owned, and a look at whether it is.
fn owned() -> (Arc<()>, Weak<()>) {
    let owned = Arc::new(());
    let look = Arc::downgrade(&owned);
    (owned, look)
}

/// Python: target and arguments are released when `run` ends, also when it raised
/// (`test_no_refcycle_through_target`).
/// Here: what `run(self)` and a closure own is dropped before `join` returns, after a failure and
/// `exit_thread`, too.
#[test]
fn s04_what_run_owned_is_dropped_before_join_returns() {
    let (token, look) = owned();
    let thread = spawn(move || drop(token.clone()));
    thread.join().unwrap();
    assert_eq!(look.strong_count(), 0, "the closure of a Target, while the handle is held");
    drop(thread);

    let (token, look) = owned();
    let thread = spawn(move || {
        assert_eq!(Arc::strong_count(&token), 1);
        panic!("the end");
    });
    thread.join().unwrap_err();
    assert_eq!(look.strong_count(), 0, "after a failure, too");

    let (token, look) = owned();
    let thread = Consumed(token).start().unwrap();
    assert_eq!(thread.value().unwrap(), 1);
    assert_eq!(look.strong_count(), 0, "the object of run(self)");
}

/// Here: the object of `run(&self)` goes with the last typed handle; erased handles do not keep it.
#[test]
fn s04_a_shared_object_goes_with_its_last_typed_handle() {
    let (token, look) = owned();
    let thread = Shared(token).start().unwrap();
    let (clone, erased) = (thread.clone(), thread.to_thread());
    thread.join().unwrap();
    drop(thread);
    assert_eq!(look.strong_count(), 1, "a typed handle is left");
    drop(clone);
    assert_eq!(look.strong_count(), 0, "an erased handle does not keep it");
    assert!(erased.is::<Shared>());
    assert!(erased.downcast::<Shared>().is_err());
}

/// Here: a thread whose value holds its own handle is no cycle.
#[test]
fn s04_no_handle_left_no_object_left() {
    struct Holding(Thread, #[expect(dead_code, reason = "it is there to be owned")] Arc<()>);
    let (token, look) = owned();
    let thread = spawn(move || Holding(threadkit::current_thread(), token));
    let erased = thread.to_thread();
    thread.join().unwrap();
    // The value holds a handle of the very thread that keeps the value: no cycle, as it is erased.
    drop(thread);
    erased.join().unwrap();
    assert_eq!(look.strong_count(), 0);
    let (token, look) = owned();
    let value = spawn(move || Holding(threadkit::current_thread(), token)).value().unwrap();
    value.0.join().unwrap();
    drop(value);
    assert_eq!(look.strong_count(), 0);
}

/// Python: `SystemExit` ends a thread in silence (`test_system_exit`).
/// Here: `exit_thread` is an orderly end: `join` is `Ok`, there is no value, destructors have run.
#[test]
fn s18_exit_thread_is_quiet_and_runs_destructors() {
    let (token, look) = owned();
    let thread = Target::new(move || -> u32 {
        assert_eq!(Arc::strong_count(&token), 1);
        threadkit::exit_thread()
    });
    let thread = thread.start().unwrap();
    thread.join().unwrap();
    assert_eq!(look.strong_count(), 0);
    assert!(matches!(thread.value(), Err(JoinError::NoValue)));
    assert!(thread.to_string().contains("stopped"));
}
