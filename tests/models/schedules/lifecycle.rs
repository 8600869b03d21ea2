//! From the start of a thread to the return of those who join it.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use threadkit::{Event, JoinError, Target, Thread, enumerate, ready, spawn, thread_class};
use threadkit_schedules::thread_local;

use crate::explore::{Flag, explore};

/// Of two threads that ask for the value one gets it, and the other hears that it is gone.
#[test]
fn a_value_is_taken_once() {
    explore(|| {
        let thread = spawn(|| 7);
        let theirs = thread.clone();
        let other = spawn(move || theirs.value());
        let mine = thread.value();
        let others = other.value().unwrap();
        match (mine, others) {
            (Ok(7), Err(JoinError::NoValue)) | (Err(JoinError::NoValue), Ok(7)) => {}
            both => panic!("{both:?}"),
        }
    });
}

/// Whoever joins returns, the first (which waits for the system's thread) and the others, and finds the thread over.
#[test]
fn every_joiner_returns() {
    explore(|| {
        let thread = spawn(|| ());
        let joiners = [(); 2].map(|()| {
            let thread = thread.clone();
            spawn(move || thread.join().map(|()| thread.is_alive()))
        });
        thread.join().unwrap();
        assert!(!thread.is_alive());
        for joiner in joiners {
            assert!(!joiner.value().unwrap().unwrap());
        }
        assert_eq!(enumerate(), [threadkit::main_thread()]);
    });
}

/// A join that is timed out says so and nothing else; one that is not finds the thread over, though it is woken before
/// that. It takes the end from nobody who waits without a timeout.
#[test]
fn a_timed_join_races_the_end() {
    explore(|| {
        let thread = spawn(ready);
        let joiners = [Duration::from_millis(1), Duration::from_secs(3600)].map(|timeout| {
            let thread = thread.clone();
            spawn(move || match thread.join_timeout(timeout) {
                Ok(()) => !thread.is_alive(),
                Err(error) => error.is_timeout() && timeout.as_secs() == 0,
            })
        });
        thread.join().unwrap();
        for joiner in joiners {
            assert!(joiner.value().unwrap());
        }
    });
}

/// The thread-locals of a thread, std's and the crate's, are destroyed before a join returns, and the last of all is
/// the crate's own: a destructor knows its thread, which is alive.
#[test]
fn thread_locals_are_destroyed_before_a_join_returns() {
    struct Last(Flag, Thread);

    impl Drop for Last {
        fn drop(&mut self) {
            if self.1.is_alive() && threadkit::current_thread() == self.1 {
                self.0.raise();
            }
        }
    }

    thread_local! {
        static STD: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    threadkit::local! {
        static OURS: RefCell<Option<Last>> = RefCell::new(None);
    }

    explore(|| {
        let flags = [Flag::default(), Flag::default()];
        let theirs = flags.clone();
        let thread = spawn(move || {
            let [std, ours] = theirs.map(|flag| Last(flag, threadkit::current_thread()));
            STD.with(|local| *local.borrow_mut() = Some(std));
            OURS.set(Some(ours));
        });
        let waiter = {
            let (thread, flags) = (thread.clone(), flags.clone());
            spawn(move || {
                thread.join().unwrap();
                assert!(flags.iter().all(Flag::is_raised));
            })
        };
        thread.join().unwrap();
        assert!(flags.iter().all(Flag::is_raised));
        waiter.join().unwrap();
    });
}

/// Where the last handle is let go while the thread ends, object and value are dropped once each.
#[test]
fn the_last_handle_goes_as_the_thread_ends() {
    struct Counted(Arc<AtomicUsize>);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    explore(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let (object, value) = (Counted(drops.clone()), Counted(drops.clone()));
        let thread = spawn(move || {
            let _object = &object;
            value
        });
        let erased = thread.to_thread();
        let theirs = thread.clone();
        let other = spawn(move || drop(theirs));
        drop(thread);
        erased.join().unwrap();
        other.join().unwrap();
        assert_eq!(drops.load(SeqCst), 2);
    });
}

/// The last handle of all goes on the thread that it is of.
#[test]
fn a_thread_drops_its_own_last_handle() {
    explore(|| {
        let (own, known) = (Arc::new(Mutex::new(None)), Arc::new(Event::new()));
        let (theirs, theirs_known) = (own.clone(), known.clone());
        let thread = spawn(move || {
            theirs_known.wait();
            drop(theirs.lock().unwrap().take());
        });
        *own.lock().unwrap() = Some(thread);
        known.set();
        // At its end the process waits for the thread, which nobody can join.
    });
}

/// One of those who ask gets the object of a `run(&mut self)` class, with all that the thread did to it.
#[test]
fn an_object_is_handed_out_once() {
    #[thread_class]
    struct Adder(u32);

    #[thread_class]
    impl Adder {
        fn run(&mut self) {
            self.0 += 1;
        }
    }

    explore(|| {
        let thread = Adder(1).start().unwrap();
        let theirs = thread.clone();
        let other = spawn(move || theirs.into_object().ok().map(|adder| adder.0));
        let mine = thread.into_object().ok().map(|adder| adder.0);
        match (mine, other.value().unwrap()) {
            (Some(2), None) | (None, Some(2)) => {}
            both => panic!("{both:?}"),
        }
    });
}

/// The object of a `run(&self)` class goes to the last typed handle: to one of two, or to none where each saw the
/// other; it is dropped once.
#[test]
fn a_shared_object_goes_to_the_last_handle() {
    #[thread_class]
    struct Shared {
        _alive: Arc<()>,
    }

    #[thread_class]
    impl Shared {
        fn run(&self) {}
    }

    explore(|| {
        let alive = Arc::new(());
        let thread = (Shared { _alive: alive.clone() }).start().unwrap();
        let theirs = thread.clone();
        let other = spawn(move || theirs.into_object().is_ok());
        let mine = thread.into_object().is_ok();
        let others = other.value().unwrap();
        assert!(!(mine && others));
        assert_eq!(Arc::strong_count(&alive), 1);
    });
}

/// An erased handle finds the way back while the object is there, and no object that is gone.
#[test]
fn an_erased_handle_is_downcast_as_the_thread_ends() {
    explore(|| {
        let begun = Arc::new(Event::new());
        let thread = spawn({
            let begun = begun.clone();
            move || {
                begun.set();
                7
            }
        });
        let erased = thread.to_thread();
        drop(thread);
        begun.wait();
        match erased.downcast::<Target<i32>>() {
            Ok(typed) => assert_eq!(typed.value().unwrap(), 7),
            Err(erased) => erased.join().unwrap(),
        }
    });
}

/// Of the joins that make a cycle, one is refused and the others return.
#[test]
fn one_join_of_a_cycle_is_refused() {
    fn cycle<const N: usize>() {
        let handles: Arc<[OnceLock<Thread>; N]> = Arc::new([const { OnceLock::new() }; N]);
        let known = Arc::new(Event::new());
        let threads: [_; N] = std::array::from_fn(|place| {
            let (handles, known) = (handles.clone(), known.clone());
            spawn(move || {
                known.wait();
                handles[(place + 1) % N].get().unwrap().join()
            })
        });
        for (handle, thread) in handles.iter().zip(&threads) {
            handle.set(thread.to_thread()).unwrap();
        }
        known.set();
        let outcomes = threads.map(|thread| thread.value().unwrap());
        let refused = outcomes.iter().filter(|outcome| match outcome {
            Ok(()) => false,
            Err(JoinError::Deadlock(cycle)) if cycle.threads().len() == N => true,
            Err(other) => panic!("{other:?}"),
        });
        assert_eq!(refused.count(), 1);
    }
    explore(cycle::<2>);
    explore(cycle::<3>);
}

/// A thread that the system refuses leaves nothing behind, and is started again.
#[test]
fn a_refused_thread_is_started_again() {
    explore(|| {
        let other = spawn(|| ());
        let refused = Target::new(|| 7).with_name("refused").try_start().unwrap_err();
        let thread = refused.into_builder().with_name("taken").start().unwrap();
        assert_eq!(thread.value().unwrap(), 7);
        other.join().unwrap();
        assert_eq!(threadkit::active_count(), 1);
    });
}

/// An `unpark` is not lost, whether it comes before the thread begins or while it parks.
#[test]
fn an_unpark_is_not_lost() {
    explore(|| {
        let thread = spawn(threadkit_schedules::thread::park);
        thread.unpark();
        thread.join().unwrap();
    });
}
