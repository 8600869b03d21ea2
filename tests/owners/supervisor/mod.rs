//! Threads that are kept running: the behaviours of Erlang's supervisor suite that there are here.

mod failures;
mod limits;
mod stage;
mod stopping;
mod strategies;

use std::collections::HashSet;
use std::panic::Location;
use std::time::Duration;

use stage::{Do, Stage, child_of, stop};
use threadkit::{
    Builder, ChildSpec, NotReady, Restart, Supervisor, Target, Thread, WaitsFor, dump, sleep, spawn,
};

use Restart::{Always, Never, OnFailure};

#[test]
fn children_are_started_in_order_and_stopped_in_reverse() {
    let (stage, log) = Stage::new();
    let children = [("a", OnFailure), ("b", Always), ("c", Never)];
    let supervisor = stage.supervisor(children).start().unwrap();
    log.expect(["made a", "made b", "made c"]);
    stop(&supervisor);
    log.expect(["stopped c", "stopped b", "stopped a"]);
    drop((supervisor, stage));
    log.expect_end();
}

/// As Erlang's `start_link`, which returns when the children have been started.
#[test]
fn it_is_ready_when_every_child_has_been_started() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", OnFailure), ("b", Always)]);
    let supervisor = Builder::new(supervisor).start_ready().unwrap();
    assert_eq!(supervisor.children().len(), 2);
    log.expect(["made a", "made b"]);
    stop(&supervisor);
}

#[test]
fn one_that_gives_up_before_all_have_been_started_is_not_ready() {
    let supervisor = Supervisor::new()
        .child("bad", || Err::<Target<()>, _>("cannot be made"))
        .with_max_restarts(0, Duration::from_secs(1));
    match Builder::new(supervisor).start_ready() {
        Err(NotReady::Ended(Ok(Err(error)))) => {
            assert!(error.to_string().contains("'bad'"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    Builder::new(Supervisor::new()).start_ready().unwrap();
}

/// `permanent_normal`, `transient_normal`, `temporary_normal`.
#[test]
fn after_an_end_in_order_only_always_is_started_again() {
    let (stage, log) = Stage::new();
    let children = [("always", Always), ("on failure", OnFailure), ("never", Never)];
    let supervisor = stage.supervisor(children).start().unwrap();
    log.expect(["made always", "made on failure", "made never"]);
    stage.tell("on failure", Do::End);
    stage.tell("never", Do::End);
    stage.tell("always", Do::End);
    log.expect(["restarts child 'always'", "made always"]);
    stop(&supervisor);
    log.expect(["stopped always"]);
}

/// `permanent_abnormal`, `transient_abnormal`, `temporary_abnormal`; by an `Err` and by a panic.
#[test]
fn after_a_failure_all_but_never_are_started_again() {
    for how in [|| Do::Fail, || Do::Panic] {
        let (stage, log) = Stage::new();
        let children = [("always", Always), ("on failure", OnFailure), ("never", Never)];
        let supervisor = stage.supervisor(children).start().unwrap();
        log.expect(["made always", "made on failure", "made never"]);
        stage.tell("never", how());
        stage.tell("always", how());
        log.expect(["restarts child 'always'", "made always"]);
        stage.tell("on failure", how());
        log.expect(["restarts child 'on failure'", "made on failure"]);
        stop(&supervisor);
        log.expect(["stopped on failure", "stopped always"]);
    }
}

/// `permanent_shutdown`, `transient_shutdown`: a child that somebody else asks to stop ends in order.
#[test]
fn a_child_that_is_asked_to_stop_by_another_ends_in_order() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("always", Always), ("other", OnFailure)]).start().unwrap();
    log.expect(["made always", "made other"]);
    child_of(&supervisor, "other").request_stop();
    log.expect(["stopped other"]);
    child_of(&supervisor, "always").request_stop();
    log.expect(["stopped always", "restarts child 'always'", "made always"]);
    stop(&supervisor);
    log.expect(["stopped always"]);
}

#[test]
fn it_ends_when_no_child_is_left() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", OnFailure), ("b", Never)]).start().unwrap();
    log.expect(["made a", "made b"]);
    stage.tell("b", Do::Fail);
    stage.tell("a", Do::End);
    supervisor.join().unwrap();
    assert!(!supervisor.stop_requested() && supervisor.children().is_empty());
    drop((supervisor, stage));
    log.expect_end();
    Supervisor::new().start().unwrap().value().unwrap().unwrap();
}

/// The object is made anew each time, of any class, and its thread is started where the child was added.
#[test]
fn children_are_threads_as_any_other() {
    let supervisor = Supervisor::new()
        .child("sleeper", || Target::new(|| sleep(Duration::MAX)))
        .child("named", || Target::new(|| sleep(Duration::MAX)).with_name("by the builder"))
        .child("inner", || Supervisor::new().child("leaf", || Target::new(|| sleep(Duration::MAX))))
        .with_name("outer")
        .with_daemon(true)
        .start()
        .unwrap();
    // Until the system has taken it, its object is its starter's alone.
    let inner = loop {
        if let Ok(inner) = child_of(&supervisor, "inner").downcast::<Supervisor>() {
            break inner;
        }
        std::thread::yield_now();
    };
    child_of(&inner, "leaf");
    let children = [supervisor.children(), inner.children()].concat();
    let names: Vec<_> = children.iter().map(Thread::name).collect();
    assert_eq!(names, ["sleeper", "by the builder", "inner", "leaf"]);
    assert_eq!(children[2].class_name(), "Supervisor");
    assert!(children.iter().all(Thread::is_daemon));
    let places = children.iter().map(|child| child.start_location().unwrap());
    assert!(places.clone().all(|place| place.file() == file!()));
    assert_eq!(places.map(Location::line).collect::<HashSet<_>>().len(), 3);

    // The dump tells the tree, and draws it.
    let dump = dump();
    let row = |thread: &Thread| dump.threads().iter().find(|row| row.ident() == thread.ident());
    let above = |thread: &Thread| row(thread).unwrap().supervisor();
    assert_eq!(above(&supervisor.to_thread()), None);
    assert!(children[..3].iter().all(|child| above(child) == Some(supervisor.ident())));
    assert_eq!(above(&children[3]), Some(children[2].ident()));
    let waits_for = row(&supervisor.to_thread()).unwrap().waits_for();
    assert!(matches!(waits_for, None | Some(WaitsFor::Children)), "{waits_for:?}");
    let table = dump.to_string();
    let name = table.lines().next().unwrap().find("NAME   ").unwrap();
    let drawn: Vec<_> = table.lines().map(|line| &line[name..]).collect();
    let at = drawn.iter().position(|line| line.starts_with("outer ")).unwrap();
    for (line, child) in drawn[at + 1..].iter().zip(["sleeper", "by the builder", "inner"]) {
        assert!(line.starts_with(&format!("  {child} ")), "{table}");
    }
    assert!(drawn[at + 4].starts_with("    leaf "), "{table}");

    stop(&supervisor);
    assert!(children.iter().all(|child| !child.is_alive()));
}

/// What `make` may return, as `new` may.
#[test]
fn children_are_made_as_new_makes_objects() {
    let number = |text: &'static str| move || text.parse().map(|n: u8| Target::new(move || n));
    let supervisor = Supervisor::new()
        .child("result", number("1"))
        .child("option", || Some(Target::new(|| ())))
        .child("builder", || Some(Target::new(|| ()).with_stack_size(64 * 1024)))
        .add(ChildSpec::new("error", number("one")).with_restart(Never))
        .start()
        .unwrap();
    supervisor.join().unwrap();
}

#[test]
fn a_child_finds_itself_among_the_children() {
    let supervisor = Supervisor::new()
        .child("itself", || {
            Target::new(|| {
                let me = threadkit::current_thread();
                let rows = dump();
                let mine = rows.threads().iter().find(|row| row.ident() == me.ident()).unwrap();
                assert!(mine.supervisor().is_some() && mine.supervisor() == mine.starter());
            })
        })
        .with_max_restarts(0, Duration::ZERO);
    supervisor.start().unwrap().value().unwrap().unwrap();
}

/// What the closures captured goes before the supervisor is over, whoever holds a handle.
#[test]
fn what_the_closures_hold_goes_with_the_thread() {
    let (held, gone) = std::sync::mpsc::channel::<()>();
    let hook = held.clone();
    let supervisor = Supervisor::new()
        .child("child", move || {
            let _held = &held;
            Target::new(|| ())
        })
        .on_event(move |_| hook.send(()).unwrap());
    let supervisor = supervisor.start().unwrap();
    supervisor.join().unwrap();
    assert!(gone.recv().is_err());
    drop(spawn(move || supervisor.into_object().map(drop)));
}
