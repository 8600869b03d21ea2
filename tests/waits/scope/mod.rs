//! Threads that borrow from their starter, and a wait that nothing cuts short.

mod owner;

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use threadkit::{Builder, Event, ScopedTarget, Target, enumerate, scope, thread_class};

use crate::{rounds, spin_until};

#[thread_class]
struct Length<'a> {
    text: &'a str,
}

#[thread_class]
impl Length<'_> {
    fn run(&self) -> usize {
        self.text.len()
    }
}

#[thread_class(name = "fill {value}")]
struct Fill<'a, T: std::fmt::Display> {
    places: &'a mut [T],
    value: T,
}

#[thread_class]
impl<T: Copy + Send + std::fmt::Display> Fill<'_, T> {
    fn run(&mut self) {
        self.places.fill(self.value);
    }
}

#[thread_class]
struct Hand<'a> {
    over: &'a str,
}

#[thread_class]
impl<'a> Hand<'a> {
    fn run(self) -> &'a str {
        self.over
    }
}

#[test]
fn classes_that_borrow_give_values_and_objects() {
    let text = String::from("borrowed");
    let mut places = [0; 4];
    let (low, high) = places.split_at_mut(2);
    let (handed, right) = scope(|s| {
        let length = s.start(Length { text: &text }).unwrap();
        assert_eq!(length.text, "borrowed", "shared while it runs");
        let left = s.start(Fill { places: low, value: 1 }).unwrap();
        let right = s.start(Fill { places: high, value: 2 }.with_name("right")).unwrap();
        assert_eq!((&*left.name(), &*right.name()), ("fill 1", "right"));
        assert_eq!(length.value().unwrap(), 8);
        assert!(length.into_object().is_ok_and(|object| object.text.len() == 8));
        assert!(left.into_object().is_ok_and(|object| object.places == [1, 1]));
        // What borrows from outside may leave the scope, value and handle.
        (s.start(Builder::new(Hand { over: &text })).unwrap().value().unwrap(), right)
    });
    assert_eq!(handed, "borrowed");
    assert!(right.into_object().is_ok_and(|object| object.places == [2, 2]));
    assert_eq!(places, [1, 1, 2, 2]);
}

#[test]
fn threads_start_threads_of_the_same_scope() {
    let count = AtomicUsize::new(0);
    scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                count.fetch_add(1, Ordering::Relaxed);
                s.spawn(|| {
                    count.fetch_add(1, Ordering::Relaxed);
                    s.spawn(|| count.fetch_add(1, Ordering::Relaxed));
                });
            });
        }
    });
    assert_eq!(count.into_inner(), 12);
}

/// A thread is over after its last destructor, and so is the wait. Std's own ends before.
#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn the_wait_is_for_the_last_destructors() {
    static DESTROYED: AtomicUsize = AtomicUsize::new(0);
    struct Slow;
    impl Drop for Slow {
        fn drop(&mut self) {
            for _ in 0..10 {
                std::thread::yield_now();
            }
            DESTROYED.fetch_add(1, Ordering::Relaxed);
        }
    }
    thread_local! { static SLOW: Cell<Option<Slow>> = const { Cell::new(None) }; }
    for round in 1..=threadkit_tests::rounds(1_000) {
        let thread = scope(|s| s.spawn(|| SLOW.set(Some(Slow))).to_thread());
        assert_eq!(DESTROYED.load(Ordering::Relaxed), round);
        assert!(!thread.is_alive());
        assert!(!enumerate().contains(&thread));
    }
}

#[test]
fn a_thread_that_fails_does_not_make_the_scope_panic() {
    let failures = scope(|s| {
        let panics = s.spawn(|| -> u8 { panic!("in a scope") });
        let fails = s.start(ScopedTarget::fallible(|| "x".parse::<u8>())).unwrap();
        let leaves = s.spawn(|| -> u8 { threadkit::exit_thread() });
        assert!(leaves.join().is_ok());
        [panics.join(), fails.join()].map(|join| join.unwrap_err().to_string())
    });
    assert!(failures[0].contains("in a scope"), "{failures:?}");
    assert!(failures[1].contains("invalid digit"), "{failures:?}");
}

#[test]
fn an_erased_handle_does_not_know_its_class() {
    scope(|s| {
        let thread = s.start(Target::new(|| 1)).unwrap();
        let erased = thread.to_thread();
        assert!(!erased.is::<Target<i32>>());
        assert!(erased.downcast::<Target<i32>>().is_err());
        assert_eq!((thread.class_name(), thread.value().unwrap()), ("Target", 1));
    });
}

/// Here: a scope does not wait for a thread that the system refused.
#[test]
fn s12_a_thread_that_the_system_refuses_is_not_waited_for() {
    let thread = scope(|s| {
        let greedy = ScopedTarget::new(|| ()).with_name("greedy").with_stack_size(usize::MAX / 2);
        s.start(greedy).unwrap_err();
        s.spawn(|| ()).to_thread()
    });
    assert!(!thread.is_alive());
    assert!(enumerate().iter().all(|thread| thread.name() != "greedy"));
}

#[test]
fn objects_and_closures_are_dropped_before_the_scope_ends() {
    struct Noted<'a>(&'a AtomicUsize);
    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = AtomicUsize::new(0);
    scope(|s| {
        let (ran, returned) = (Noted(&dropped), Noted(&dropped));
        s.spawn(move || drop(ran));
        // Nobody takes the value.
        s.spawn(move || returned);
    });
    assert_eq!(dropped.into_inner(), 2);
}

/// A scope that lasts does not keep what it does not wait for any longer.
#[test]
fn a_scope_of_many_short_threads_and_a_long_one() {
    let gate = Event::new();
    let mut sum = 0;
    scope(|s| {
        s.spawn(|| gate.wait());
        for number in 0..5_000_u32 {
            sum += s.spawn(move || number).value().unwrap();
        }
        gate.set();
    });
    assert_eq!(sum, 5_000 * 4_999 / 2);
}

#[test]
fn the_end_of_the_scope_against_the_end_of_a_thread() {
    for round in 0..rounds() / 5 {
        let mut written = 0;
        let begun = AtomicUsize::new(0);
        scope(|s| {
            s.spawn(|| {
                begun.store(1, Ordering::Relaxed);
                written = round;
            });
            if round % 2 == 0 {
                spin_until(|| begun.load(Ordering::Relaxed) == 1);
            }
        });
        assert_eq!(written, round);
    }
}
