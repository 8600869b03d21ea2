//! Who waits for threads in other ways than by a join: for readiness, in a scope, in a group, in async code.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use threadkit::{
    Builder, Group, JoinError, NotReady, Stopped, Strategy, Supervisor, Target, ready, scope,
    sleep, spawn, with_current,
};

use crate::explore::explore;

/// A thread that is ready and ends at once was ready, and one that ends without a word was not.
#[test]
fn readiness_races_the_end() {
    explore(|| {
        let thread = Builder::new(Target::new(ready)).start_ready().unwrap();
        thread.join().unwrap();
        match Builder::new(Target::new(|| 7)).start_ready() {
            Err(NotReady::Ended(Ok(7))) => {}
            other => panic!("{other:?}"),
        }
    });
}

/// Who waits for readiness for a moment has the thread, ready or not.
#[test]
fn readiness_races_a_timeout() {
    explore(|| {
        let object = Builder::new(Target::new(|| {
            ready();
            sleep(Duration::MAX)
        }));
        let thread = match object.start_ready_timeout(Duration::from_millis(1)) {
            Ok(thread) | Err(NotReady::TimedOut(thread)) => thread,
            Err(other) => panic!("{other:?}"),
        };
        thread.request_stop();
        assert_eq!(thread.value().unwrap(), Err(Stopped));
    });
}

/// A thread that says that it is ready, and ends, is never taken for one that ended without a word.
#[test]
fn readiness_is_not_missed_for_the_end() {
    explore(|| {
        let object = Builder::new(Target::new(ready));
        match object.start_ready_timeout(Duration::from_millis(1)) {
            Ok(thread) | Err(NotReady::TimedOut(thread)) => thread.join().unwrap(),
            Err(other) => panic!("{other:?}"),
        }
    });
}

/// A thread that is not ready may not join who waits for its readiness, and from then on it may.
#[test]
fn a_thread_joins_its_starter_once_it_is_ready() {
    explore(|| {
        let starter = spawn(|| {
            let starter = with_current(Clone::clone);
            let object = Target::new(move || {
                let before = starter.join();
                ready();
                (before, starter.join())
            });
            Builder::new(object).start_ready().unwrap()
        });
        let (before, after) = starter.value().unwrap().value().unwrap();
        assert!(matches!(before, Err(JoinError::Deadlock(_))));
        after.unwrap();
    });
}

/// A scope ends when all its threads are over, those included that they start; until then they may use what it lends.
#[test]
fn a_scope_waits_for_its_threads() {
    explore(|| {
        let lent = AtomicUsize::new(0);
        scope(|s| {
            s.spawn(|| {
                s.spawn(|| lent.fetch_add(1, SeqCst));
                lent.fetch_add(1, SeqCst)
            });
            s.spawn(|| lent.fetch_add(1, SeqCst));
        });
        assert_eq!(lent.into_inner(), 3);
    });
}

/// A thread of a scope that would wait for the scope's owner is refused, and the scope ends.
#[test]
fn a_scope_is_not_joined_from_inside() {
    explore(|| {
        let owner = spawn(|| {
            let owner = with_current(Clone::clone);
            scope(|s| s.spawn(|| owner.join()).value().unwrap())
        });
        assert!(matches!(owner.value().unwrap(), Err(JoinError::Deadlock(_))));
    });
}

/// The threads of a group come out of it one by one, each once, however their ends fall.
#[test]
fn a_group_hands_out_each_thread_once() {
    explore(|| {
        let mut group = Group::start((0..3).map(|number| Target::new(move || number))).unwrap();
        let mut numbers = Vec::new();
        while let Some((thread, outcome)) = group.wait_any() {
            outcome.unwrap();
            assert!(!thread.is_alive());
            numbers.push(thread.value().unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2]);
    });
}

/// Whoever has seen the end of a thread has it from the group without a wait.
#[test]
fn a_group_has_who_was_joined() {
    explore(|| {
        let mut group = Group::start([Target::new(|| 1)]).unwrap();
        let thread = group[0].clone();
        let other = spawn(move || thread.join().unwrap());
        if group.try_wait_any().is_none() {
            group[0].join().unwrap();
            assert_eq!(group.try_wait_any().unwrap().0.value().unwrap(), 1);
        }
        assert!(group.try_wait_any().is_none());
        other.join().unwrap();
    });
}

/// The first failure stops the others, whenever it comes, and nobody is left; so does the first success.
#[test]
fn a_group_is_over_when_it_is_decided() {
    explore(|| {
        let objects = || {
            (0..3).map(|number| {
                Target::fallible(move || match number {
                    0 => Err("it fails"),
                    1 => Ok(1),
                    _ => sleep(Duration::MAX).map(|()| 2).map_err(|_| "it is stopped"),
                })
            })
        };
        let group = Group::start(objects()).unwrap();
        let error = group.values().unwrap_err();
        assert_eq!(error.failures()[0].0, group[0]);
        assert!(group.iter().all(|thread| !thread.is_alive()));
        let group = Group::start(objects()).unwrap();
        assert_eq!(group.first().unwrap(), Ok(1));
        assert!(group.iter().all(|thread| !thread.is_alive()));
    });
}

/// A child that fails is started again, and a stop, whenever it comes, leaves nobody.
#[test]
fn a_supervisor_leaves_nobody() {
    explore(|| {
        let (say, hear) = std::sync::mpsc::channel();
        let mut attempt = 0;
        let supervisor = Supervisor::new()
            .child("failing", move || {
                attempt += 1;
                let (attempt, say) = (attempt, say.clone());
                Target::fallible(move || {
                    say.send(with_current(Clone::clone)).unwrap();
                    if attempt == 1 {
                        Err("it fails")
                    } else {
                        sleep(Duration::MAX).map_err(|_| "stopped")
                    }
                })
            })
            .child("ending", || Target::new(|| ()))
            .with_backoff(Duration::ZERO, Duration::ZERO)
            .start()
            .unwrap();
        supervisor.request_stop();
        supervisor.value().unwrap().unwrap();
        assert!(supervisor.children().is_empty());
        drop(supervisor);
        let started: Vec<_> = hear.try_iter().collect();
        assert!(started.len() <= 2 && started.iter().all(|child| !child.is_alive()));
    });
}

/// The supervisor hears of every end: without a stop it ends when all have.
#[test]
fn a_supervisor_misses_no_end() {
    explore(|| {
        let mut attempt = 0;
        let supervisor = Supervisor::new()
            .child("failing", move || {
                attempt += 1;
                let attempt = attempt;
                Target::fallible(move || if attempt == 1 { Err("it fails") } else { Ok(()) })
            })
            .child("ending", || Target::new(|| ()))
            .with_strategy(Strategy::OneForAll)
            .with_backoff(Duration::ZERO, Duration::ZERO)
            .start()
            .unwrap();
        supervisor.value().unwrap().unwrap();
    });
}

/// Wakes the thread that blocks on a future.
struct Unpark(threadkit_schedules::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(threadkit_schedules::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => threadkit_schedules::thread::park(),
        }
    }
}

/// A task that awaits a thread is woken by its end, beside another that lets go of it.
#[test]
fn a_task_is_woken_by_the_end() {
    explore(|| {
        let thread = spawn(|| 7);
        let theirs = thread.clone();
        let other = spawn(move || {
            let mut future = pin!(theirs.into_future());
            let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        });
        let awaited = block_on(thread.clone().into_future());
        other.join().unwrap();
        assert!(!thread.is_alive());
        match awaited {
            Ok(7) | Err(JoinError::NoValue) => {}
            other => panic!("{other:?}"),
        }
    });
}
