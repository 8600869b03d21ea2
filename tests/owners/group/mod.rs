//! Threads that are started, stopped and joined together.

mod deadlock;
mod outcome;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Builder, Group, JoinError, Stopped, Target, Thread, current_thread, sleep, spawn};

use crate::{rounds, sleeper};

fn sleepers(count: usize) -> Group<Target<Result<(), Stopped>>> {
    Group::start((0..count).map(|_| Target::new(|| sleep(Duration::MAX)))).unwrap()
}

#[test]
fn it_starts_objects_and_builders() {
    let group = Group::start([1, 2].map(|n| Target::new(move || n))).unwrap();
    assert_eq!(group.iter().map(|thread| thread.value().unwrap()).sum::<i32>(), 3);
    let named = ["a", "b"].map(|name| Builder::new(Target::new(|| ())).with_name(name));
    let group = Group::start(named).unwrap();
    assert_eq!(group.iter().map(Thread::name).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn its_drop_stops_and_joins() {
    let group = sleepers(3);
    let threads = group.to_vec();
    drop(group);
    assert!(threads.iter().all(|thread| !thread.is_alive()));
}

#[test]
fn all_are_started_or_none() {
    let (say, hear) = mpsc::channel();
    let first = {
        let target = Target::new(move || {
            say.send(current_thread()).unwrap();
            sleep(Duration::MAX)
        });
        Builder::new(target)
    };
    let greedy = Builder::new(Target::new(|| Ok(()))).with_stack_size(usize::MAX / 2);
    let never = Builder::new(Target::new(|| unreachable!("not started")));
    let refused = Group::start([first, greedy, never]);
    assert!(refused.is_err());
    // A thread stopped before its `run` runs all the same.
    let thread: Thread = hear.recv().unwrap();
    assert!(!thread.is_alive() && thread.stop_requested());
}

#[test]
fn an_iterator_that_panics_leaves_none() {
    let (say, hear) = mpsc::channel();
    let objects = (0..3).map(|i| {
        assert!(i < 2, "the iterator's own fault");
        let say = say.clone();
        Target::new(move || {
            say.send(current_thread()).unwrap();
            sleep(Duration::MAX)
        })
    });
    assert!(catch_unwind(AssertUnwindSafe(|| Group::start(objects))).is_err());
    drop(say);
    let threads: Vec<Thread> = hear.iter().collect();
    assert_eq!(threads.len(), 2);
    assert!(threads.iter().all(|thread| !thread.is_alive()));
}

#[test]
fn join_waits_for_all_and_tells_the_first_failure() {
    let mut group = Group::new();
    // Gone before the group, should the test fail: its drop waits.
    let (go, gate) = mpsc::channel::<()>();
    group.add(spawn(|| panic!("first")));
    group.add(spawn(|| panic!("second")));
    group.add(spawn(move || gate.recv().unwrap()));
    for failed in &group[..2] {
        failed.join().unwrap_err();
    }
    assert!(!group.join_timeout(Duration::from_millis(5)).unwrap_err().is_timeout());
    assert!(group[2].is_alive());
    go.send(()).unwrap();
    let error = group.join().unwrap_err();
    assert_eq!(error.exception().unwrap().message(), "first");
    assert!(!group[2].is_alive());
}

#[test]
fn request_stop_reaches_all() {
    let group = sleepers(3);
    group.request_stop();
    group.join().unwrap();
    for thread in &group {
        assert_eq!(thread.value().unwrap(), Err(Stopped));
    }
}

#[test]
fn a_timeout_bounds_the_drop_in_all() {
    let (go, gate) = mpsc::channel::<()>();
    let deaf = spawn(move || gate.recv().is_ok());
    let mut group = Group::new().with_timeout(Duration::from_millis(5));
    group.add(deaf.clone());
    drop(group);
    assert!(deaf.is_alive() && deaf.stop_requested());
    go.send(()).unwrap();
    assert!(deaf.value().unwrap());
}

#[test]
fn detached_threads_go_on() {
    let threads = sleepers(2).detach();
    assert!(threads.iter().all(|thread| thread.is_alive() && !thread.stop_requested()));
    let mut group = Group::new();
    for thread in threads {
        group.push(thread);
    }
}

#[test]
fn outcomes_come_as_they_finish() {
    let (gates, threads): (Vec<_>, Vec<_>) = (0..4)
        .map(|i| {
            let (go, gate) = mpsc::channel::<()>();
            (go, spawn(move || gate.recv().map(|()| i).unwrap()))
        })
        .unzip();
    let mut group = Group::new();
    for thread in threads {
        group.push(thread);
    }
    for expected in [2, 0, 3, 1] {
        gates[expected].send(()).unwrap();
        let (thread, outcome) = group.wait_any().unwrap();
        outcome.unwrap();
        assert_eq!(thread.value().unwrap(), expected);
    }
    assert!(group.is_empty() && group.wait_any().is_none());
}

#[test]
fn a_failure_is_an_outcome() {
    let mut group = Group::new();
    group.add(sleeper());
    group.add(spawn(|| panic!("no luck")));
    let (_, outcome) = group.wait_any().unwrap();
    assert_eq!(outcome.unwrap_err().exception().unwrap().message(), "no luck");
    assert_eq!(group.len(), 1);
}

/// What may not be waited for is an outcome at once, lest the wait never end.
#[test]
fn waits_that_are_refused_are_told() {
    let mut group = Group::new();
    group.add(sleeper());
    group.add(current_thread());
    let (_, outcome) = group.wait_any().unwrap();
    assert!(matches!(outcome, Err(JoinError::CurrentThread)));
    group.add(std::thread::spawn(current_thread).join().unwrap());
    let (_, outcome) = group.wait_any().unwrap();
    assert!(matches!(outcome, Err(JoinError::Dummy)));
}

/// Those that were over before come in the order of the group, the others in that of their ends.
#[test]
fn those_that_are_over_come_without_a_wait() {
    let mut group = Group::start([3, 4].map(|n| Target::new(move || n))).unwrap();
    let (go, gate) = mpsc::channel::<()>();
    group.push(Target::new(move || gate.recv().map_or(0, |()| 5)).start().unwrap());
    group[1].join().unwrap();
    group[0].join().unwrap();
    assert_eq!(group.try_wait_any().unwrap().0.value().unwrap(), 3);
    assert_eq!(group.try_wait_any().unwrap().0.value().unwrap(), 4);
    assert!(group.try_wait_any().is_none());
    // One that comes later is looked at, too.
    group.push(Target::new(|| 6).start().unwrap());
    group[1].join().unwrap();
    assert_eq!(group.try_wait_any().unwrap().0.value().unwrap(), 6);
    go.send(()).unwrap();
    assert_eq!(group.wait_any().unwrap().0.value().unwrap(), 5);
    assert!(group.try_wait_any().is_none() && group.is_empty());
}

/// Whoever asks is looked for anew: the group may have gone to another thread.
#[test]
fn a_group_that_is_sent_to_one_of_its_threads_does_not_wait_for_it() {
    let (hand, take) = mpsc::channel::<Group>();
    let thread = spawn(move || {
        let mut group = take.recv().unwrap();
        let me = group.wait_any().unwrap();
        (me.0 == current_thread(), me.1, group.len())
    });
    let mut group = Group::new();
    group.add(sleeper());
    group.add(thread.clone());
    assert!(group.try_wait_any().is_none());
    hand.send(group).unwrap();
    let (is_me, outcome, left) = thread.value().unwrap();
    assert!(is_me && matches!(outcome, Err(JoinError::CurrentThread)) && left == 1);
}

#[test]
fn those_that_are_not_retained_are_let_go() {
    let (go, gate) = mpsc::channel::<()>();
    let mut group = sleepers(3);
    let threads = group.to_vec();
    threads[1].request_stop();
    threads[1].join().unwrap();
    group.retain(|thread| *thread != threads[0]);
    assert_eq!(*group, threads[1..]);
    group.retain(Thread::is_alive);
    assert_eq!(*group, threads[2..]);
    let rows = threadkit::dump();
    let row = |at: usize| rows.threads().iter().find(|row| row.ident() == threads[at].ident());
    assert_eq!(row(0).unwrap().group(), None);
    assert_eq!(row(2).unwrap().group(), Some(group.id()));
    drop(group);
    assert!(threads[0].is_alive() && !threads[0].stop_requested() && !threads[2].is_alive());
    threads[0].request_stop();

    // Also one whose end the group was told to wait for.
    let mut group: Group = Group::new();
    group.add(spawn(move || gate.recv().unwrap()));
    assert!(group.try_wait_any().is_none());
    group.retain(|_| false);
    go.send(()).unwrap();
    assert!(group.try_wait_any().is_none() && group.wait_any().is_none());
}

#[test]
fn it_is_collected_and_extended() {
    let mut group: Group<_> = (0..2).map(|n| spawn(move || n)).collect();
    group.extend([]);
    assert_eq!(group.iter().map(|thread| thread.value().unwrap()).collect::<Vec<_>>(), [0, 1]);

    let (say, hear) = mpsc::channel();
    let started: Result<Group<_>, _> = [64 * 1024, usize::MAX / 2]
        .map(|stack| {
            let say = say.clone();
            let object = Target::new(move || {
                say.send(current_thread()).unwrap();
                sleep(Duration::MAX)
            });
            Builder::new(object).with_stack_size(stack).start()
        })
        .into_iter()
        .collect();
    assert!(started.is_err());
    assert!(!hear.recv().unwrap().is_alive(), "those that were started are stopped");
}

#[test]
fn the_threads_that_an_iterator_gives_out_are_their_receivers() {
    let group = sleepers(4);
    let threads = group.to_vec();
    let mut iter = group.into_iter();
    assert_eq!(iter.len(), 4);
    assert!(iter.next().unwrap() == threads[0] && iter.next_back().unwrap() == threads[3]);
    drop(iter);
    let alive: Vec<_> = threads.iter().map(Thread::is_alive).collect();
    assert_eq!(alive, [true, false, false, true]);
    threads.iter().for_each(Thread::request_stop);
}

/// The race of the ends against the wait: none is missed, none comes twice.
#[test]
fn every_outcome_comes_once() {
    for _ in 0..rounds() / 8 {
        let mut group = Group::start((0..8_u32).map(|i| Target::new(move || 1 << i))).unwrap();
        let mut seen = 0_u32;
        while let Some((thread, outcome)) = group.wait_any() {
            outcome.unwrap();
            seen += thread.value().unwrap();
        }
        assert_eq!(seen, 0xff);
    }
}
