//! The owner of a scope: nothing cuts its wait short, and nobody inside joins it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{
    Event, JoinError, Target, Thread, current_thread, exit_thread, scope, sleep, spawn,
    thread_class,
};

#[thread_class]
struct Owner {
    own: mpsc::Receiver<Thread<Owner>>,
}

#[thread_class]
impl Owner {
    /// Whether its object is refused to a thread of its scope.
    fn run(&mut self) -> bool {
        let own = self.own.recv().unwrap();
        scope(|s| s.spawn(move || own.into_object().is_err()).value().unwrap())
    }
}

#[test]
fn joining_the_owner_is_refused_from_inside() {
    let owner = spawn(|| {
        let owner = current_thread();
        let join = || owner.join();
        let refused = scope(|s| {
            let direct = s.spawn(join);
            let nested = s.spawn(|| s.spawn(join).value().unwrap());
            let inner = s.spawn(|| scope(|inner| inner.spawn(join).value().unwrap()));
            let long = s.spawn(|| owner.join_timeout(Duration::MAX));
            [direct.value(), nested.value(), inner.value(), long.value()].map(Result::unwrap)
        });
        for refused in refused {
            match refused {
                Err(JoinError::Deadlock(cycle)) => assert!(cycle.threads().contains(&owner)),
                other => panic!("{other:?}"),
            }
        }
        // An inner scope leaves the outer one's threads in the graph.
        let gate = Event::new();
        scope(|s| {
            let outer = s.spawn(|| {
                gate.wait();
                owner.join()
            });
            scope(|inner| {
                inner.spawn(|| gate.set());
            });
            assert!(matches!(outer.value().unwrap(), Err(JoinError::Deadlock(_))));
        });
        // A wait that ends by itself is none of the graph's business.
        scope(|s| {
            let timed = s.spawn(|| owner.join_timeout(Duration::ZERO));
            assert!(timed.value().unwrap().unwrap_err().is_timeout());
        });
    });
    owner.join().unwrap();
}

#[test]
fn a_cycle_through_a_thread_outside_is_refused_to_the_last_of_it() {
    for _ in 0..threadkit_tests::rounds(1_000) {
        let owner = spawn(|| {
            let owner = current_thread();
            let outside = spawn(move || owner.join());
            let inside = scope(|s| s.spawn(|| outside.join()).value().unwrap());
            (inside, outside)
        });
        let (inside, outside) = owner.value().unwrap();
        let refused = [inside, outside.value().unwrap()];
        let deadlocks = refused.iter().filter(|join| matches!(join, Err(JoinError::Deadlock(_))));
        assert_eq!(deadlocks.count(), 1, "{refused:?}");
    }
}

#[test]
fn siblings_join_each_other_and_the_owner_is_joined_after_the_scope() {
    let owner = spawn(|| {
        scope(|s| {
            let first = s.spawn(|| 1);
            let second = s.spawn({
                let first = first.clone();
                move || first.value().unwrap() + 1
            });
            assert_eq!(second.value().unwrap(), 2);
        });
        let owner = current_thread();
        // Refused, if the edges of the scope were still there.
        let joiner = spawn(move || owner.join());
        assert!(joiner.join_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
        joiner
    });
    assert!(owner.value().unwrap().value().unwrap().is_ok());
}

/// A value and an object are waited for as a join waits.
#[test]
fn what_the_owner_returns_is_refused_to_those_inside() {
    let (hand, take) = mpsc::channel::<Thread<Target<()>>>();
    let owner = spawn(move || {
        let owner = take.recv().unwrap();
        let outside = spawn({
            let owner = owner.clone();
            move || owner.value()
        });
        scope(|s| {
            let value = s.spawn(|| owner.value());
            assert!(matches!(value.value().unwrap(), Err(JoinError::Deadlock(_))));
            let chain = s.spawn(|| s.spawn(|| owner.join_timeout(Duration::MAX)).value().unwrap());
            assert!(matches!(chain.value().unwrap(), Err(JoinError::Deadlock(_))));
        });
        // Outside of the scope it is a wait like any other.
        assert!(outside.is_alive());
    });
    hand.send(owner.clone()).unwrap();
    owner.join().unwrap();

    let (hand, own) = mpsc::channel();
    let owner = Owner { own }.start().unwrap();
    hand.send(owner.clone()).unwrap();
    assert!(owner.value().unwrap());
}

/// However the closure of the scope is left, the threads are over first.
#[test]
fn an_exit_of_the_owner_waits_for_the_threads() {
    let done = Arc::new(AtomicUsize::new(0));
    let owner = spawn({
        let done = done.clone();
        move || {
            let gate = Event::new();
            scope(|s| {
                for _ in 0..4 {
                    s.spawn(|| {
                        gate.wait();
                        done.fetch_add(1, Ordering::Relaxed);
                    });
                }
                gate.set();
                exit_thread()
            })
        }
    });
    owner.join().expect("a quiet end");
    assert_eq!(done.load(Ordering::Relaxed), 4);
}

#[test]
fn a_stop_of_the_owner_does_not_end_its_wait() {
    let (gate, inside) = (Arc::new(Event::new()), Arc::new(Event::new()));
    let owner = spawn({
        let (gate, inside) = (gate.clone(), inside.clone());
        move || {
            let mut written = 0;
            scope(|s| {
                s.spawn(|| {
                    inside.set();
                    gate.wait();
                    written = 7;
                });
            });
            (written, sleep(Duration::MAX))
        }
    });
    inside.wait();
    owner.request_stop();
    owner.unpark();
    assert!(owner.join_timeout(Duration::from_millis(20)).unwrap_err().is_timeout());
    gate.set();
    assert_eq!(owner.value().unwrap(), (7, Err(threadkit::Stopped)), "then it is told");
}

#[test]
fn a_panic_of_the_owner_goes_on_when_the_threads_are_over() {
    let done = AtomicUsize::new(0);
    let gate = Event::new();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        scope(|s| {
            for _ in 0..4 {
                s.spawn(|| {
                    gate.wait();
                    done.fetch_add(1, Ordering::Relaxed);
                });
            }
            gate.set();
            std::panic::resume_unwind(Box::new(42_u8));
        })
    }));
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&42_u8));
    assert_eq!(done.into_inner(), 4);
    // The scope is closed: the next is not inside of it.
    let owner = spawn(|| {
        let owner = current_thread();
        let panicked = catch_unwind(|| scope(|_| std::panic::resume_unwind(Box::new(()))));
        assert!(panicked.is_err());
        scope(|s| assert!(s.spawn(|| owner.join()).value().unwrap().is_err()));
    });
    owner.join().unwrap();
}
