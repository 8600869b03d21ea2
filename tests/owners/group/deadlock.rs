//! A wait for the first of many is refused where none of them can come.

use std::sync::mpsc;
use std::thread::yield_now;

use threadkit::{Group, JoinError, Target, Thread, WaitsFor, current_thread, dump, spawn};

use crate::sleeper;

type Outcome = Result<(), JoinError>;

type Owner = Thread<Target<(Thread, Outcome)>>;

fn is_deadlock(outcome: &Outcome) -> bool {
    matches!(outcome, Err(JoinError::Deadlock(_)))
}

/// A thread that waits for the first of those that it is sent, and says which that was.
fn owner() -> (mpsc::Sender<Vec<Thread>>, Owner) {
    let (hand, take) = mpsc::channel::<Vec<Thread>>();
    let owner = spawn(move || {
        let mut group = Group::new();
        take.recv().unwrap().into_iter().for_each(|thread| group.add(thread));
        let first = group.wait_any().unwrap();
        group.detach();
        first
    });
    (hand, owner)
}

fn joiner<C>(of: &Thread<C>) -> Thread<Target<Outcome>> {
    let of = of.to_thread();
    spawn(move || of.join())
}

/// Until the thread is seen to wait.
fn until_it_waits<C>(thread: &Thread<C>) -> WaitsFor {
    loop {
        let dump = dump();
        let row = dump.threads().iter().find(|row| row.ident() == thread.ident());
        match row.expect("it is alive").waits_for() {
            Some(waits_for) => return waits_for.clone(),
            None => yield_now(),
        }
    }
}

#[test]
fn the_wait_for_the_only_one_is_a_join() {
    let (hand, take) = mpsc::channel::<Thread>();
    let owner = spawn(move || {
        let mut group = Group::new();
        group.add(take.recv().unwrap());
        group.wait_any().unwrap().1
    });
    let joins_owner = {
        let owner = owner.to_thread();
        spawn(move || owner.join())
    };
    hand.send(joins_owner.to_thread()).unwrap();
    let outcomes = [joins_owner.value().unwrap(), owner.value().unwrap()];
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(JoinError::Deadlock(_))));
    assert_eq!(refused.count(), 1, "{outcomes:?}");
}

#[test]
fn it_is_refused_where_all_wait_for_the_caller() {
    let (hand, owner) = owner();
    let joiners = [joiner(&owner), joiner(&owner)];
    for joiner in &joiners {
        until_it_waits(joiner);
    }
    hand.send(joiners.iter().map(Thread::to_thread).collect()).unwrap();
    let (first, outcome) = owner.value().unwrap();
    assert_eq!(first, joiners[0]);
    let Err(JoinError::Deadlock(cycle)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(cycle.threads(), [owner.to_thread(), first]);
    assert!(joiners.iter().all(|joiner| joiner.value().unwrap().is_ok()));
}

#[test]
fn the_last_to_join_the_caller_is_refused() {
    let (hand, owner) = owner();
    let (go, gate) = mpsc::channel::<()>();
    let first = joiner(&owner);
    let last = spawn({
        let first = first.clone();
        move || {
            gate.recv().unwrap();
            first.join()
        }
    });
    hand.send(vec![first.to_thread(), last.to_thread()]).unwrap();
    assert!(matches!(until_it_waits(&owner), WaitsFor::Group));
    until_it_waits(&first);
    go.send(()).unwrap();
    let Err(JoinError::Deadlock(cycle)) = last.value().unwrap() else {
        panic!("it would never end")
    };
    assert_eq!(cycle.threads(), [last.to_thread(), first.to_thread(), owner.to_thread()]);
    assert!(owner.value().unwrap().1.is_ok(), "of the one that was refused");
    assert!(first.value().unwrap().is_ok());
}

#[test]
fn it_lasts_where_one_can_come() {
    let (hand, owner) = owner();
    let (joiner, free) = (joiner(&owner), sleeper());
    until_it_waits(&joiner);
    hand.send(vec![joiner.to_thread(), free.to_thread()]).unwrap();
    until_it_waits(&owner);
    // Nor is a join of the caller refused.
    let late = self::joiner(&owner);
    until_it_waits(&late);
    free.request_stop();
    let (first, outcome) = owner.value().unwrap();
    assert!(first == free && outcome.is_ok());
    assert!(joiner.value().unwrap().is_ok() && late.value().unwrap().is_ok());
}

/// One that waits for the first of two, of which one can come, can come itself.
#[test]
fn a_group_in_a_group_can_come_if_one_of_it_can() {
    let free = sleeper();
    let (hand_outer, outer) = owner();
    let (hand_inner, inner) = owner();
    hand_inner.send(vec![outer.to_thread(), free.to_thread()]).unwrap();
    until_it_waits(&inner);
    hand_outer.send(vec![inner.to_thread()]).unwrap();
    until_it_waits(&outer);
    free.request_stop();
    assert_eq!(inner.value().unwrap().0, free);
    assert_eq!(outer.value().unwrap().0, inner);

    // And cannot, if that one waits for it, too.
    let (hand_outer, outer) = owner();
    let (hand_inner, inner) = owner();
    let joiner = joiner(&inner);
    until_it_waits(&joiner);
    hand_inner.send(vec![outer.to_thread(), joiner.to_thread()]).unwrap();
    until_it_waits(&inner);
    hand_outer.send(vec![inner.to_thread()]).unwrap();
    assert!(is_deadlock(&outer.value().unwrap().1));
    assert_eq!(inner.value().unwrap().0, outer);
}

/// Whichever comes last of the three waits, it alone is refused.
#[test]
fn of_waits_that_race_one_is_refused() {
    for _ in 0..threadkit_tests::rounds(2_000) {
        let (hand, owner) = owner();
        let joiners = [joiner(&owner), joiner(&owner)];
        hand.send(joiners.iter().map(Thread::to_thread).collect()).unwrap();
        let mut outcomes = vec![owner.value().unwrap().1];
        outcomes.extend(joiners.iter().map(|joiner| joiner.value().unwrap()));
        let refused = outcomes.iter().filter(|outcome| is_deadlock(outcome)).count();
        assert_eq!(refused, 1, "{outcomes:?}");
    }
}

/// The owner of a scope waits for those in it, hence for the caller.
#[test]
fn a_wait_inside_of_a_scope_leads_back_through_its_owner() {
    let owner = spawn(|| {
        let outside = joiner(&current_thread());
        until_it_waits(&outside);
        let mut group = Group::new();
        group.add(outside);
        threadkit::scope(|s| s.spawn(|| group.wait_any().unwrap().1).value().unwrap())
    });
    assert!(is_deadlock(&owner.value().unwrap()));
}
