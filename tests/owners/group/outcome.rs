//! All values or the first failure, and the first success or all failures.

use std::error::Error;
use std::io;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{
    Event, Group, JoinError, Stopped, Target, current_thread, exit_thread, sleep, spawn,
    thread_class,
};

/// Ends when it is told to, or when it is asked to stop.
#[thread_class(name = "{name}", excepthook = threadkit::silent)]
struct Step {
    name: &'static str,
    go: &'static Event,
    end: Result<u32, &'static str>,
}

#[thread_class]
impl Step {
    fn run(&self) -> Result<u32, Box<dyn Error + Send + Sync>> {
        self.go.wait_or_stop()?;
        Ok(self.end?)
    }
}

fn set() -> &'static Event {
    let event = never();
    event.set();
    event
}

fn never() -> &'static Event {
    Box::leak(Box::default())
}

fn step(name: &'static str, go: &'static Event, end: Result<u32, &'static str>) -> Step {
    Step { name, go, end }
}

/// The names of those that failed.
fn names(error: &threadkit::GroupError) -> Vec<String> {
    error.failures().iter().map(|(thread, _)| thread.name().to_string()).collect()
}

#[test]
fn values_come_in_the_order_of_the_group() {
    let gates: Vec<_> = (0..3).map(|_| mpsc::channel::<u32>()).collect();
    let (goes, gates): (Vec<_>, Vec<_>) = gates.into_iter().unzip();
    let group: Group<_> = gates.into_iter().map(|gate| spawn(move || gate.recv())).collect();
    let waiter = spawn(move || group.values());
    for (number, go) in goes.into_iter().enumerate().rev() {
        go.send(u32::try_from(number).unwrap()).unwrap();
    }
    let values = waiter.value().unwrap().unwrap();
    assert_eq!(values.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(Group::<Step>::new().values().unwrap().is_empty());
}

#[test]
fn the_first_failure_stops_the_others() {
    let now = never();
    let start = [
        step("waits", never(), Ok(1)),
        step("works", set(), Ok(2)),
        step("fails", now, Err("no disk")),
    ];
    let group = Group::start(start).unwrap();
    group[1].join().unwrap();
    now.set();
    let error = group.values().unwrap_err();
    assert_eq!(names(&error), ["fails"]);
    assert_eq!(error.to_string(), "thread 'fails' failed: no disk");
    assert_eq!(error.exception().unwrap().message(), "no disk");
    assert!(group.iter().all(|thread| !thread.is_alive()));
    // Nothing is lost: what the others returned is there, and the error itself.
    assert!(group[0].value().unwrap().unwrap_err().is::<Stopped>());
    assert_eq!(group[1].value().unwrap().unwrap(), 2);
    assert_eq!(group[2].value().unwrap().unwrap_err().to_string(), "no disk");
}

/// A failure that comes while the others are being stopped is told, too, behind the one that stopped them.
#[test]
fn what_else_fails_is_told() {
    #[thread_class(name = "{name}", excepthook = threadkit::silent)]
    struct Sullen {
        name: &'static str,
        go: &'static Event,
    }
    #[thread_class]
    impl Sullen {
        fn run(&self) {
            let stopped = self.go.wait_or_stop().is_err();
            panic!("{} was {}", self.name, if stopped { "stopped" } else { "first" });
        }
    }
    let sullen = |name, go| Sullen { name, go };
    let group = Group::start([
        sullen("a", never()),
        sullen("b", set()),
        sullen("c", never()),
        sullen("d", never()),
    ]);
    let error = group.unwrap().values().unwrap_err();
    assert_eq!(names(&error), ["b", "a", "c", "d"]);
    assert!(error.to_string().ends_with("b was first (and 3 more failed)"), "{error}");
    let all = format!("{error:?}");
    assert_eq!(all.lines().count(), 4);
    assert!(all.lines().last().unwrap().starts_with("also: thread 'd' panicked at"), "{all}");
}

#[test]
fn the_time_of_the_group_bounds_the_wait_for_the_others() {
    let (go, gate) = mpsc::channel::<()>();
    let mut group = Group::new().with_timeout(Duration::from_millis(5));
    group.push(
        Target::new(move || gate.recv().map_or(1, |()| 2)).with_name("deaf").start().unwrap(),
    );
    group.push(spawn(|| panic!("at once")));
    let error = group.values().unwrap_err();
    assert!(error.exception().is_some() && error.failures()[1].1.is_timeout());
    assert_eq!(error.failures()[1].0.name(), "deaf");
    assert!(format!("{error:?}").ends_with("\nalso: thread 'deaf': the thread is still alive"));
    go.send(()).unwrap();
    assert_eq!(group[0].value().unwrap(), 2);
}

#[test]
fn a_thread_without_a_value_is_a_failure() {
    let group: Group<Target<u32>> =
        [spawn(|| exit_thread()), spawn(|| sleep(Duration::MAX).map_or(1, |()| 2))]
            .into_iter()
            .collect();
    let error = group.values().unwrap_err();
    assert!(matches!(error.failures(), [(thread, JoinError::NoValue)] if *thread == group[0]));
    assert_eq!(group[1].value().unwrap(), 1, "it was stopped, and its value is there");
    assert!(group.values().is_err(), "the values are taken");
}

/// A wait that would never end is refused, and what it refuses is a failure.
#[test]
fn who_waits_for_the_caller_is_not_waited_for() {
    let owner = spawn(|| {
        let me = current_thread();
        let group: Group<_> = [spawn(move || me.join())].into_iter().collect();
        let outcome = group.values();
        let _ = group.detach();
        outcome.map(|values| values.into_iter().all(|joined| joined.is_err()))
    });
    match owner.value().unwrap() {
        // Whichever came last, its join or this wait.
        Ok(refused) => assert!(refused),
        Err(error) => assert!(matches!(error.failures()[0].1, JoinError::Deadlock(_))),
    }
}

#[test]
fn an_orderly_end_is_a_value() {
    let group = Group::start([step("stopped", never(), Ok(1))]).unwrap();
    group.request_stop();
    assert!(group.values().unwrap()[0].as_ref().unwrap_err().is::<Stopped>());
}

#[test]
fn the_first_success_stops_the_others() {
    let group = Group::start([
        step("fails", set(), Err("no route")),
        step("waits", never(), Ok(1)),
        step("works", set(), Ok(2)),
    ]);
    let group = group.unwrap();
    assert_eq!(group.first().unwrap().unwrap(), 2);
    assert!(group.iter().all(|thread| !thread.is_alive()));
    assert!(group[1].value().unwrap().unwrap_err().is::<Stopped>());
}

#[test]
fn where_none_succeeds_all_failures_are_told() {
    let late = never();
    let group = Group::start([step("late", late, Err("lost")), step("soon", set(), Err("gone"))]);
    let group = group.unwrap();
    let soon = group[1].to_thread();
    let waiter = spawn(move || group.first());
    let _ = soon.join();
    late.set();
    let error = waiter.value().unwrap().unwrap_err();
    let mut all = names(&error);
    all.sort_unstable();
    assert_eq!(all, ["late", "soon"]);
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::Other);
    let empty = Group::<Step>::new().first().unwrap_err();
    assert!(empty.failures().is_empty() && empty.exception().is_none());
    assert_eq!(empty.to_string(), "the group has no threads");
}

/// One that was stopped has not succeeded while another may; where all were, that is what comes of the group.
#[test]
fn one_that_was_stopped_is_no_success() {
    let go = never();
    let group = Group::start([step("stopped", never(), Ok(1)), step("works", go, Ok(2))]).unwrap();
    group[0].request_stop();
    group[0].join().unwrap();
    go.set();
    assert_eq!(group.first().unwrap().unwrap(), 2);

    let group = Group::start([step("a", never(), Ok(1)), step("b", never(), Ok(2))]).unwrap();
    group.request_stop();
    assert!(group.first().unwrap().unwrap_err().is::<Stopped>());

    let group = Group::start([step("a", never(), Ok(1)), step("b", set(), Err("gone"))]).unwrap();
    group[0].request_stop();
    assert_eq!(names(&group.first().unwrap_err()), ["b"]);
}

#[test]
fn an_error_leaves_all_values_in_place() {
    let group: Group<_> = [1, 2, 3].map(|number| spawn(move || number)).into_iter().collect();
    assert_eq!(group[1].value().unwrap(), 2);
    let error = group.values().unwrap_err();
    assert!(matches!(error.failures(), [(_, JoinError::NoValue)]), "{error:?}");
    assert_eq!((group[0].value().unwrap(), group[2].value().unwrap()), (1, 3));
}

#[test]
fn the_panic_of_the_first_goes_on() {
    let group: Group<Target<()>> = [spawn(|| panic!("of the thread"))].into_iter().collect();
    let error = group.values().unwrap_err();
    let payload = spawn(move || error.resume_unwind()).join().unwrap_err();
    assert_eq!(payload.exception().unwrap().message(), "of the thread");
}

/// In a scope the group is collected, and its threads may borrow.
#[test]
fn in_a_scope() {
    let words = ["one", "two", "three"].map(String::from);
    let outcome = threadkit::scope(|s| {
        let group: Group<_> = words.iter().map(|word| s.spawn(|| word.len())).collect();
        group.values()
    });
    assert_eq!(outcome.unwrap(), [3, 3, 5]);
    let first = threadkit::scope(|s| {
        let slow = s.spawn(|| sleep(Duration::MAX).map_or(None, |()| words.first()));
        [s.spawn(|| words.last()), slow].into_iter().collect::<Group<_>>().first()
    });
    assert_eq!(first.unwrap().unwrap(), "three");
}

/// The others' ends race the failure: nobody is missed, and all are over.
#[test]
fn the_failure_races_the_others() {
    #[thread_class(excepthook = threadkit::silent)]
    struct Racer(usize);
    #[thread_class]
    impl Racer {
        fn run(&self) -> Result<(), Stopped> {
            match self.0 {
                0 => std::panic::resume_unwind(Box::new("it fails")),
                1 => sleep(Duration::MAX),
                _ => Ok(()),
            }
        }
    }
    for round in 0..crate::rounds() / 50 {
        let group = Group::start((0..4).map(|n| Racer((n + round) % 4))).unwrap();
        assert_eq!(group.values().unwrap_err().failures().len(), 1);
        assert!(group.iter().all(|thread| !thread.is_alive()));
    }
}
