//! Awaiting a thread.

mod executors;

use std::future::{Future, IntoFuture};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use threadkit::{JoinError, Stopped, Target, Thread, spawn};

use crate::{rounds, sleeper};

/// A waker that counts, and that can be waited for.
#[derive(Default)]
struct Bell {
    rung: Mutex<usize>,
    changed: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.rung.lock().unwrap() += 1;
        self.changed.notify_all();
    }
}

impl Bell {
    fn wait(&self) {
        let rung = self.rung.lock().unwrap();
        drop(self.changed.wait_while(rung, |rung| *rung == 0).unwrap());
    }
}

fn poll<F: Future>(future: Pin<&mut F>, bell: &Arc<Bell>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&Waker::from(bell.clone())))
}

/// The smallest executor there is.
fn block_on<F: IntoFuture>(future: F) -> F::Output {
    let mut future = pin!(future.into_future());
    loop {
        let bell = Arc::new(Bell::default());
        match poll(future.as_mut(), &bell) {
            Poll::Ready(output) => return output,
            Poll::Pending => bell.wait(),
        }
    }
}

#[test]
fn two_threads_are_awaited_at_once() {
    use futures_lite::future::{block_on, race, zip};
    let (first, second) = (spawn(|| "first"), spawn(|| "second"));
    let both = block_on(zip(first.into_future(), second.into_future()));
    assert_eq!((both.0.unwrap(), both.1.unwrap()), ("first", "second"));

    let (quick, slow) = (spawn(|| Ok(())), sleeper());
    let outcome = block_on(race(quick.into_future(), (&slow).into_future()));
    assert_eq!(outcome.unwrap(), Ok(()));
    slow.request_stop();
    assert_eq!(block_on(slow.into_future()).unwrap(), Err(Stopped));
}

#[test]
fn a_failure_is_the_joins_error() {
    let thread = spawn(|| -> u8 { panic!("no luck") });
    let error = block_on(&thread).unwrap_err();
    assert_eq!(error.exception().unwrap().message(), "no luck");
}

#[test]
fn the_end_wakes_the_task_and_nothing_before_does() {
    let thread = sleeper();
    let bell = Arc::new(Bell::default());
    let mut future = pin!(thread.clone().into_future());
    assert!(poll(future.as_mut(), &bell).is_pending());
    assert_eq!(*bell.rung.lock().unwrap(), 0);
    thread.request_stop();
    bell.wait();
    assert!(!thread.is_alive(), "the task is woken when the thread is over");
    assert!(poll(future.as_mut(), &bell).is_ready());
    assert_eq!(*bell.rung.lock().unwrap(), 1);
}

#[test]
fn only_the_last_waker_of_a_task_is_woken() {
    let thread = sleeper();
    let bells: [Arc<Bell>; 3] = Default::default();
    let mut future = pin!((&thread).into_future());
    for bell in &bells {
        assert!(poll(future.as_mut(), bell).is_pending());
    }
    assert_eq!(Arc::strong_count(&bells[0]), 1, "a replaced waker is dropped");
    thread.request_stop();
    bells[2].wait();
    assert_eq!(*bells[0].rung.lock().unwrap() + *bells[1].rung.lock().unwrap(), 0);
}

#[test]
fn dropping_the_future_loses_nothing() {
    let thread = sleeper();
    let bell = Arc::new(Bell::default());
    let mut future = Box::pin((&thread).into_future());
    assert!(poll(future.as_mut(), &bell).is_pending());
    drop(future);
    assert_eq!(Arc::strong_count(&bell), 1, "the waker goes with the future");
    thread.request_stop();
    assert_eq!(thread.value().unwrap(), Err(Stopped));
    assert_eq!(*bell.rung.lock().unwrap(), 0);

    let thread = spawn(|| "kept");
    drop((&thread).into_future());
    assert_eq!(thread.value().unwrap(), "kept");
}

#[test]
fn a_task_that_is_polled_again_after_the_value_is_told() {
    let mut future = pin!(spawn(|| 1).into_future());
    assert_eq!(block_on(future.as_mut()).unwrap(), 1);
    assert!(matches!(block_on(future), Err(JoinError::NoValue)));
}

#[test]
fn a_thread_that_awaits_itself_is_told() {
    let (send, receive) = mpsc::channel::<Thread<Target<bool>>>();
    let thread = spawn(move || {
        let me = receive.recv().unwrap();
        matches!(block_on(&me), Err(JoinError::CurrentThread))
    });
    send.send(thread.clone()).unwrap();
    assert!(thread.value().unwrap());
}

#[test]
fn a_waker_that_panics_takes_no_other_along() {
    struct Fuse(AtomicUsize);
    impl Wake for Fuse {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
            panic!("a waker's own fault");
        }
    }
    let thread = sleeper();
    let fuse = Arc::new(Fuse(AtomicUsize::new(0)));
    let bell = Arc::new(Bell::default());
    let (mut first, mut second) = (pin!((&thread).into_future()), pin!((&thread).into_future()));
    let waker = Waker::from(fuse.clone());
    assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert!(poll(second.as_mut(), &bell).is_pending());
    thread.request_stop();
    bell.wait();
    thread.join().unwrap();
    assert_eq!(fuse.0.load(Ordering::Relaxed), 1);
}

/// The race of the poll against the end: no wake-up is lost.
#[test]
fn no_end_is_missed() {
    for round in 0..rounds() {
        assert_eq!(block_on(spawn(move || round)).unwrap(), round);
    }
}

#[test]
fn drop_against_the_end_leaves_the_value_and_no_waker() {
    let mut dropped_pending = 0;
    for round in 0..rounds() {
        let thread = spawn(move || round);
        let bell = Arc::new(Bell::default());
        match poll(pin!((&thread).into_future()), &bell) {
            Poll::Ready(value) => assert_eq!(value.unwrap(), round),
            Poll::Pending => {
                dropped_pending += 1;
                assert_eq!(thread.value().unwrap(), round);
            }
        }
        assert!(matches!(thread.value(), Err(JoinError::NoValue)));
        // A thread that is over may be about to wake what it has found: a leak would last.
        while Arc::strong_count(&bell) > 1 {
            thread::yield_now();
        }
        assert!(*bell.rung.lock().unwrap() <= 1);
    }
    assert!(dropped_pending > 0, "no race was run");
}

#[test]
fn the_future_is_send_and_is_awaited_on_another_thread() {
    let inner = spawn(|| 6);
    let outer = spawn(move || pollster::block_on(inner.into_future()).unwrap() * 7);
    assert_eq!(outer.value().unwrap(), 42);
}
