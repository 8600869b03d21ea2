//! Typed thread-local data against `test_threading_local.py`: rows s34 to s38.

use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier, LazyLock, Weak, mpsc};
use std::thread;

use threadkit::Local;

/// Python: values differ by thread (`test_threading_local`).
/// Here: `local!` and `Local` have a value for each thread.
#[test]
fn s34_values_differ_by_thread() {
    threadkit::local! { static KEY: RefCell<String> = RefCell::default(); }
    let local = Local::new(|| RefCell::new(String::new()));
    let both_are_set = Barrier::new(2);
    let work = |name: &str| {
        KEY.set(name.to_owned());
        local.set(name.to_owned());
        both_are_set.wait();
        (KEY.take(), local.take())
    };
    thread::scope(|s| {
        let threads = ["a", "b"].map(|name| (name, s.spawn(move || work(name))));
        for (name, thread) in threads {
            assert_eq!(thread.join().unwrap(), (name.to_owned(), name.to_owned()));
        }
    });
    assert_eq!((KEY.take(), local.take()), (String::new(), String::new()));
}

/// Here: a thread that has set nothing sees the initial value, while another's is alive.
#[test]
fn s34_what_one_thread_sets_another_does_not_see() {
    let local = Local::new(|| Cell::new(0));
    let ((set, was_set), (end, may_end)) = (mpsc::channel(), mpsc::channel::<()>());
    thread::scope(|s| {
        let local = &local;
        s.spawn(move || {
            local.set(1);
            set.send(()).unwrap();
            let _ = may_end.recv();
        });
        was_set.recv().unwrap();
        assert_eq!(s.spawn(|| local.get()).join().unwrap(), 0);
        drop(end);
    });
}

/// Python: `__init__` of a subclass runs in each thread that uses it, with the instance's arguments
/// (`test_arguments`, `test_threading_local_subclass`).
/// Here: `Local::new(move || ..)` runs its closure once in each thread that uses it, with what it
/// captured.
#[test]
fn s35_the_initialiser_runs_once_in_each_thread_with_the_instances_arguments() {
    let calls = Arc::new(AtomicU32::new(0));
    let argument = String::from("of the instance");
    let local = Local::new({
        let calls = Arc::clone(&calls);
        move || (argument.clone(), calls.fetch_add(1, Ordering::Relaxed))
    });
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                let first = local.with(Clone::clone);
                assert_eq!(first.0, "of the instance");
                assert_eq!(local.with(Clone::clone), first);
            });
        }
    });
    assert_eq!(calls.load(Ordering::Relaxed), 4);
}

/// What Python calls the weak list: a value for each of `n` threads, and what tells whether it lives.
fn values_of_threads(local: &Local<RefCell<Vec<Arc<()>>>>, n: usize) -> Vec<Weak<()>> {
    let one = |_| {
        let value = Arc::new(());
        let weak = Arc::downgrade(&value);
        local.with_borrow_mut(|values| values.push(value));
        assert!(weak.upgrade().is_some());
        weak
    };
    thread::scope(|s| (0..n).map(|i| s.spawn(move || one(i)).join().unwrap()).collect())
}

/// Python: a thread's values are freed when it ends (`test_local_refs`).
/// Here: no value of a thread that was joined is alive.
#[test]
fn s36_values_are_freed_when_the_thread_ends() {
    for n in [20, 50, 100] {
        let local = Local::default();
        let weak = values_of_threads(&local, n);
        assert!(weak.iter().all(|weak| weak.strong_count() == 0));
    }
}

/// Python: values are freed with the instance (`test_local_refs`, `test_derived_cycle_dealloc`).
/// Here: dropping the instance drops its values in all threads, which live on.
#[test]
fn s37_values_are_freed_with_the_instance_in_all_threads() {
    const THREADS: usize = 10;
    let local = Arc::new(Local::<RefCell<Vec<Arc<()>>>>::default());
    let (used, ended) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    let value = Arc::new(());
    thread::scope(|s| {
        for _ in 0..THREADS {
            let (local, value) = (Arc::clone(&local), Arc::clone(&value));
            let (used, ended) = (&used, &ended);
            s.spawn(move || {
                local.with_borrow_mut(|values| values.push(value));
                drop(local);
                used.wait();
                ended.wait();
            });
        }
        used.wait();
        assert_eq!(Arc::strong_count(&value), THREADS + 1);
        drop(Arc::into_inner(local).expect("the threads have given theirs up"));
        assert_eq!(Arc::strong_count(&value), 1, "the threads live, the instance does not");
        ended.wait();
    });
}

/// bpo-6990: a new instance at the address of a dead one starts empty in all threads.
///
/// Here: a new instance starts empty in all threads, wherever it lies in memory.
#[test]
fn s37_no_value_of_a_dead_instance_is_seen_through_a_new_one() {
    let ((dropped, was_dropped), (made, were_made)) = (mpsc::channel(), mpsc::channel());
    let thread = thread::spawn(move || {
        let local = Box::new(Local::new(|| Cell::new(0)));
        local.set(1);
        drop(local);
        dropped.send(()).unwrap();
        let locals: Arc<[Box<Local<Cell<i32>>>]> = were_made.recv().unwrap();
        locals.iter().all(|local| local.get() == 0)
    });
    was_dropped.recv().unwrap();
    let locals: Arc<[_]> = (0..10).map(|_| Box::new(Local::new(|| Cell::new(0)))).collect();
    locals.iter().for_each(|local| local.set(2));
    made.send(locals).unwrap();
    assert!(thread.join().unwrap());
}

/// bpo-3088: a switch of threads inside the initialiser.
///
/// Python: the first write in a thread is right, though another thread runs during `__init__`
/// (`test_derived`).
/// Here: the same, with all threads inside the initialiser at once.
#[test]
fn s38_the_first_write_in_a_thread_is_right_from_the_start() {
    const THREADS: u32 = 10;
    let all_initialise = Arc::new(Barrier::new(THREADS as usize));
    let local = Local::new({
        let all_initialise = Arc::clone(&all_initialise);
        move || {
            all_initialise.wait();
            Cell::new(u32::MAX)
        }
    });
    thread::scope(|s| {
        for i in 0..THREADS {
            let local = &local;
            s.spawn(move || {
                local.with(|value| value.set(i));
                assert_eq!(local.get(), i);
            });
        }
    });
}

#[test]
fn a_local_lives_in_statics_structs_and_locals() {
    static SHARED: LazyLock<Local<Cell<u32>>> = LazyLock::new(|| Local::new(|| Cell::new(1)));
    threadkit::local! { static INNER: Local<Cell<u32>> = Local::new(|| Cell::new(2)); }
    let outer = Local::new(|| Local::new(|| Cell::new(3)));
    assert_eq!((SHARED.get(), INNER.with(Local::get), outer.with(Local::get)), (1, 2, 3));
    // Sent to another thread, it takes its values with it.
    let sent = Local::new(|| Cell::new(4));
    sent.set(5);
    thread::spawn(move || assert_eq!(sent.get(), 4)).join().unwrap();
}

#[test]
fn set_does_not_run_the_initialiser() {
    threadkit::local! { static KEY: Cell<i32> = panic!("the initialiser ran"); }
    let local = Local::new(|| -> Cell<i32> { panic!("the initialiser ran") });
    KEY.set(1);
    local.set(1);
    assert_eq!((KEY.get(), local.get()), (1, 1));
}

#[test]
fn a_panic_of_the_initialiser_leaves_the_value_to_the_next_use() {
    threadkit::local! {
        static CALLS: Cell<u32> = const { Cell::new(0) };
        static KEY: u32 = second_time_lucky();
    }
    fn second_time_lucky() -> u32 {
        CALLS.set(CALLS.get() + 1);
        assert!(CALLS.get() % 2 == 0, "unlucky");
        CALLS.get()
    }
    let local = Local::new(second_time_lucky);
    assert!(catch_unwind(|| KEY.with(|_| ())).is_err());
    assert_eq!(KEY.with(|value| *value), 2);
    assert!(catch_unwind(|| local.with(|_| ())).is_err());
    assert_eq!(local.with(|value| *value), 4);
}

#[test]
fn in_its_own_initialiser_a_value_is_refused() {
    static LOCAL: LazyLock<Local<String>> =
        LazyLock::new(|| Local::new(|| LOCAL.try_with(|_| ()).unwrap_err().to_string()));
    static PANICS: LazyLock<Local<u32>> = LazyLock::new(|| Local::new(|| PANICS.with(|_| 1)));
    assert_eq!(LOCAL.with(Clone::clone), "the thread-local value is being initialised");
    let panic = catch_unwind(|| PANICS.with(|_| ())).unwrap_err();
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.starts_with("cannot access a thread-local value from its own initialiser"));
}

#[test]
fn many_instances_in_one_thread_are_kept_apart() {
    let locals: Vec<Local<Cell<usize>>> = (0..5000).map(|_| Local::default()).collect();
    // Out of order, and some never.
    for i in (0..5000).rev().filter(|i| i % 7 != 0) {
        locals[i].set(i);
    }
    let (odd, even): (Vec<_>, Vec<_>) =
        locals.into_iter().enumerate().partition(|(i, _)| i % 2 == 1);
    drop(even);
    for (i, local) in odd {
        assert_eq!(local.get(), if i % 7 == 0 { 0 } else { i });
    }
}
