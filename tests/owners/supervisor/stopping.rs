//! How children are stopped: in the reverse of their order, each in its time.

use std::sync::mpsc;
use std::time::Duration;

use threadkit::{
    ChildSpec, Guard, Restart, Strategy, Supervisor, SupervisorEvent, Target, Thread,
    current_thread, sleep,
};

use super::stage::{Do, Stage, child_of, stop};

const HOUR: Duration = Duration::from_secs(3600);
const BRIEF: Duration = Duration::from_millis(1);

/// A stop ends a pause, and the children that are alive meanwhile are stopped.
#[test]
fn a_stop_comes_in_the_middle_of_a_pause() {
    for strategy in [Strategy::OneForOne, Strategy::OneForAll] {
        let (stage, log) = Stage::new();
        let supervisor = stage.supervisor([("a", Restart::OnFailure), ("b", Restart::OnFailure)]);
        let supervisor = supervisor.with_strategy(strategy).with_backoff(HOUR, HOUR);
        let supervisor = supervisor.start().unwrap();
        log.expect(["made a", "made b"]);
        stage.tell("b", Do::Fail);
        log.expect(["restarts child 'b'"]);
        if strategy == Strategy::OneForAll {
            log.expect(["stopped a", "made a"]);
        }
        log.expect(["made b"]);
        stage.tell("b", Do::Fail);
        log.expect(["restarts child 'b' in 3600.0s"]);
        stop(&supervisor);
        log.expect(["stopped a"]);
        drop((supervisor, stage));
        log.expect_end();
    }
}

/// `hanging_restart_loop`: it hears of a stop while a child cannot be made, again and again without a pause.
#[test]
fn a_stop_comes_between_restarts_that_never_end() {
    let (say, hear) = mpsc::channel();
    let mut attempts = 0;
    let supervisor = Supervisor::new()
        .child("hopeless", move || {
            attempts += 1;
            say.send(attempts).unwrap();
            if attempts == 3 {
                current_thread().request_stop();
            }
            Err::<Target<()>, _>("as always")
        })
        .with_max_restarts(usize::MAX, HOUR)
        .with_backoff(Duration::ZERO, Duration::ZERO)
        .start()
        .unwrap();
    supervisor.value().unwrap().unwrap();
    assert_eq!(hear.iter().collect::<Vec<_>>(), [1, 2, 3]);
}

/// `sup_stop_timeout`: one that does not end in its time is named, and left alone; the others are stopped all the same.
#[test]
fn a_child_that_does_not_end_is_left_alone() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::OnFailure)]);
    let supervisor = supervisor.add(stage.child("deaf").with_grace(BRIEF)).start().unwrap();
    log.expect(["made a", "made deaf"]);
    stage.tell("deaf", Do::BeDeaf);
    let deaf = child_of(&supervisor, "deaf");
    supervisor.request_stop();
    let alone = format!("leaves {deaf} alone, which was asked to stop");
    log.expect([&*alone, "stopped a"]);
    supervisor.join().unwrap();
    assert!(supervisor.children().is_empty());
    assert!(deaf.is_alive() && deaf.stop_requested());
    stage.tell("deaf", Do::End);
    deaf.join().unwrap();
}

/// Left alone, it is replaced as well, where the strategy starts it again; and its end is then of no concern.
#[test]
fn one_that_is_left_alone_is_replaced() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::OnFailure)]);
    let supervisor = supervisor.add(stage.child("deaf").with_grace(BRIEF));
    let supervisor = supervisor.with_strategy(Strategy::OneForAll).start().unwrap();
    log.expect(["made a", "made deaf"]);
    stage.tell("deaf", Do::BeDeaf);
    let deaf = child_of(&supervisor, "deaf");
    let tell_deaf = stage.teller("deaf");
    stage.tell("a", Do::Fail);
    let alone = format!("leaves {deaf} alone, which was asked to stop");
    log.expect(["restarts child 'a'", &*alone, "made a", "made deaf"]);
    tell_deaf.send(Do::Fail).unwrap();
    assert!(deaf.join().is_err());
    // Its own end, as its time for a stop is brief.
    let successor = child_of(&supervisor, "deaf");
    stage.tell("deaf", Do::End);
    successor.join().unwrap();
    stop(&supervisor);
    log.expect(["stopped a"]);
}

/// One that waits for the supervisor's end would be waited for for ever.
#[test]
fn a_child_that_joins_its_supervisor_is_left_alone() {
    let (say, hear) = mpsc::channel();
    let (hand, take) = mpsc::channel::<Thread>();
    let mut take = Some(take);
    let joiner = ChildSpec::new("joiner", move || {
        let take = take.take().expect("it is made once");
        Target::new(move || take.recv().unwrap().join().is_ok())
    });
    let supervisor = Supervisor::new()
        .add(joiner.with_grace(Duration::MAX))
        .on_event(move |event| {
            if let SupervisorEvent::LeavesAlone { thread, .. } = event {
                say.send(thread.to_thread()).unwrap();
            }
        })
        .start()
        .unwrap();
    hand.send(supervisor.to_thread()).unwrap();
    let joiner = child_of(&supervisor, "joiner");
    until_it_joins(&joiner);
    stop(&supervisor);
    assert_eq!(hear.recv().unwrap(), joiner);
    assert!(joiner.downcast::<Target<bool>>().map_or(true, |joiner| joiner.value().unwrap()));
}

fn until_it_joins(thread: &Thread) {
    let joins = || {
        let dump = threadkit::dump();
        let row = dump.threads().iter().find(|row| row.ident() == thread.ident());
        row.is_some_and(|row| row.waits_for().is_some())
    };
    while !joins() {
        std::thread::yield_now();
    }
}

/// Those of a supervisor inside, too, which is stopped in its turn.
#[test]
fn the_drop_of_its_guard_stops_the_children() {
    let (stage, log) = Stage::new();
    let inner = stage.clone();
    let supervisor = stage
        .supervisor([("a", Restart::Always)])
        .child("inner", move || inner.supervisor([("b", Restart::Always), ("c", Restart::Always)]));
    let guard = Guard::new(supervisor.start().unwrap());
    log.expect(["made a", "made b", "made c"]);
    drop(guard);
    log.expect(["stopped c", "stopped b", "stopped a"]);
    drop(stage);
    log.expect_end();
}

/// The stop races the ends and the starts: whoever was started is over in the end.
#[test]
fn a_stop_races_everything() {
    for round in 0..crate::rounds() / 200 {
        let (say, hear) = mpsc::channel();
        let child = move || {
            let say = say.clone();
            Target::new(move || {
                say.send(current_thread()).unwrap();
                if round % 3 == 0 { Ok(()) } else { sleep(Duration::MAX) }
            })
        };
        let children = ["a", "b", "c"].map(|name| ChildSpec::new(name, child.clone()));
        drop(child);
        let supervisor = Supervisor::new()
            .with_max_restarts(usize::MAX, BRIEF)
            .with_backoff(Duration::ZERO, Duration::ZERO);
        let children = children.map(|child| child.with_restart(Restart::Always));
        let supervisor = children.into_iter().fold(supervisor, Supervisor::add).start().unwrap();
        if round % 2 == 0 {
            drop(hear.recv().unwrap());
        }
        stop(&supervisor);
        for child in &hear {
            assert!(!child.is_alive());
        }
    }
}
