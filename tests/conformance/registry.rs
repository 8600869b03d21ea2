//! Who is alive: s24, s26.

use std::sync::mpsc;

use threadkit::{JoinError, Thread, active_count, current_thread, enumerate, main_thread, spawn};

fn is_listed(thread: &Thread) -> bool {
    enumerate().contains(thread)
}

/// Python: `enumerate` and `active_count` know the threads alive: main, dummies and those starting
/// included, none that was joined (`test_enumerate_after_join`).
/// Here: `enumerate` lists the threads alive: main, those not started here and those not yet
/// running included.
#[test]
fn s24_enumerate_lists_who_is_alive() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = spawn(move || wait.recv().is_ok());
    let erased = thread.to_thread();
    assert!(is_listed(&erased), "from the start on, whether or not it has begun");
    assert!(is_listed(&main_thread()) && is_listed(&current_thread()));
    go.send(()).unwrap();
    thread.join().unwrap();
    assert!(!is_listed(&erased), "not when join has returned");
    assert!(active_count() >= 2);
}

/// Here: each thread once, in the order of starts, while others come and go; none that was joined.
#[test]
fn s24_enumerate_is_consistent_under_churn() {
    let churning: Vec<_> = (0..2)
        .map(|_| {
            spawn(|| {
                while !threadkit::stop_requested() {
                    let thread = spawn(|| ()).to_thread();
                    let _ = thread.join();
                    assert!(!is_listed(&thread));
                }
            })
        })
        .collect();
    for _ in 0..threadkit_tests::rounds(2_000) {
        let listed = enumerate();
        assert!(listed.is_sorted_by(|one, next| one.ident() < next.ident()), "each once, in order");
        assert!(listed.contains(&main_thread()) && listed.contains(&current_thread()));
        assert!(churning.iter().all(|thread| listed.contains(&thread.to_thread())));
    }
    for thread in churning {
        thread.request_stop();
        thread.join().unwrap();
    }
}

fn is_a_dummy(dummy: &Thread) -> bool {
    dummy.is_alive()
        && dummy.is_daemon()
        && dummy.class_name() == "DummyThread"
        && dummy.start_location().is_none()
        && is_listed(dummy)
}

/// Python: a thread that `threading` did not start gets a dummy: alive, daemonic, not joinable
/// (`test_foreign_thread`).
/// Here: `current_thread` on a thread of std's makes a dummy: alive, a daemon, `JoinError::Dummy`;
/// it goes when its thread ends.
#[test]
fn s26_threads_of_std_get_a_dummy_that_goes_with_them() {
    let (made, dummies) = mpsc::channel();
    let (go, wait) = mpsc::channel::<()>();
    let alien = std::thread::spawn(move || {
        let dummy = current_thread();
        assert_eq!(dummy, current_thread(), "one, however often it is asked for");
        assert_eq!(dummy.native_id(), Some(threadkit::get_native_id()));
        assert!(matches!(dummy.join(), Err(JoinError::CurrentThread)));
        made.send(dummy).unwrap();
        wait.recv().unwrap();
    });
    let dummy = dummies.recv().unwrap();
    assert!(is_a_dummy(&dummy));
    assert!(matches!(dummy.join(), Err(JoinError::Dummy)));
    go.send(()).unwrap();
    alien.join().unwrap();
    assert!(!dummy.is_alive() && !is_listed(&dummy));
}

// Elsewhere C starts threads by another call: std's threads stand for all that were not started here.
#[cfg(unix)]
extern "C" fn of_c(answer: *mut libc::c_void) -> *mut libc::c_void {
    // SAFETY: `answer` is what the test gives to `pthread_create`: a place that it keeps until it has
    // joined this thread, and that nobody else uses meanwhile.
    let answer = unsafe { &mut *answer.cast::<Option<(Thread, bool)>>() };
    let dummy = current_thread();
    let is_a_dummy = is_a_dummy(&dummy);
    *answer = Some((dummy, is_a_dummy));
    std::ptr::null_mut()
}

/// Here: the same for a thread made by `pthread_create`.
#[cfg(unix)]
#[test]
fn s26_threads_of_c_get_a_dummy_that_goes_with_them() {
    let mut answer: Option<(Thread, bool)> = None;
    let mut id = std::mem::MaybeUninit::uninit();
    let place = (&raw mut answer).cast();
    // SAFETY: `id` is a place for the new thread's id, null stands for the default attributes, and
    // `of_c` takes what it is given here.
    let started = unsafe { libc::pthread_create(id.as_mut_ptr(), std::ptr::null(), of_c, place) };
    assert_eq!(started, 0);
    // SAFETY: the call above has written it.
    let id = unsafe { id.assume_init() };
    // SAFETY: the thread was started, and is joined only here.
    assert_eq!(unsafe { libc::pthread_join(id, std::ptr::null_mut()) }, 0);
    let (dummy, was_a_dummy) = answer.expect("the thread has run");
    assert!(was_a_dummy && !dummy.is_alive() && !is_listed(&dummy));
}
