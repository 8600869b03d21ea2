//! Children that cannot be made, and children that fail in odd moments.

use std::error::Error;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{
    Builder, ChildSpec, Restart, Strategy, Supervisor, SupervisorEvent, Target, Thread, sleep,
    spawn, thread_class,
};

use super::stage::{Do, Stage, stop};

const HOUR: Duration = Duration::from_secs(3600);

fn supervisor() -> Supervisor {
    Supervisor::new().with_backoff(Duration::ZERO, Duration::ZERO)
}

/// The failures for which children are restarted, as they come.
fn failures(supervisor: Supervisor) -> (Thread<Supervisor>, mpsc::Receiver<String>) {
    let (say, hear) = mpsc::channel();
    let supervisor = supervisor.on_event(move |event| {
        if let SupervisorEvent::Restarts { failure: Some(failure), .. } = event {
            say.send(failure.message().to_owned()).unwrap();
        }
    });
    (supervisor.start().unwrap(), hear)
}

/// Fails or panics when it is made, until it does not.
#[test]
fn a_constructor_that_fails_or_panics_is_a_failure_of_the_child() {
    let mut attempt = 0;
    let (supervisor, heard) = failures(supervisor().child("child", move || {
        attempt += 1;
        match attempt {
            1 => Err(Box::<dyn Error + Send + Sync>::from("no disk")),
            2 => panic!("of the constructor"),
            _ => Ok(Target::new(|| ())),
        }
    }));
    supervisor.value().unwrap().unwrap();
    let heard: Vec<_> = heard.iter().collect();
    assert_eq!(heard, ["child 'child' could not be made: no disk", "of the constructor"]);

    let mut there = false;
    let (supervisor, heard) = failures(supervisor_of_option(move || {
        there = !there;
        (!there).then(|| Target::new(|| ()))
    }));
    supervisor.join().unwrap();
    assert_eq!(heard.iter().collect::<Vec<_>>(), ["child 'option' could not be made: None"]);
}

fn supervisor_of_option(make: impl FnMut() -> Option<Target<()>> + Send + 'static) -> Supervisor {
    supervisor().child("option", make)
}

#[test]
fn a_thread_that_the_system_refuses_is_a_failure_of_the_child() {
    let mut stack = usize::MAX / 2;
    let (supervisor, heard) = failures(supervisor().child("greedy", move || {
        let builder = Builder::new(Target::new(|| ())).with_stack_size(stack);
        stack = 64 * 1024;
        builder
    }));
    supervisor.join().unwrap();
    let heard: Vec<_> = heard.iter().collect();
    assert!(matches!(&*heard, [text] if text.starts_with("child 'greedy' could not be started: ")));
}

/// `sup_start_fail`, `one_for_one_escalation`: what never works is given up, with the last failure as the source.
#[test]
fn the_last_failure_is_the_source() {
    #[thread_class(excepthook = threadkit::silent)]
    struct Failing(usize);
    #[thread_class]
    impl Failing {
        fn run(&self) -> Result<(), String> {
            Err(format!("attempt {}", self.0))
        }
    }
    static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);
    let supervisor = supervisor()
        .child("bystander", || Target::new(|| sleep(Duration::MAX)))
        .child("failing", || Failing(ATTEMPTS.fetch_add(1, SeqCst)))
        .with_max_restarts(2, HOUR)
        .with_name("hopeless")
        .start()
        .unwrap();
    let joined = supervisor.join().unwrap_err();
    let exception = joined.exception().unwrap();
    assert_eq!(exception.message(), "gave up on child 'failing' (at most 2 restarts in 3600s)");
    assert_eq!(exception.sources()[0], "thread 'failing' failed: attempt 2");
    let error = supervisor.value().unwrap().unwrap_err();
    assert_eq!(error.child(), "failing");
    assert_eq!(error.exception().unwrap().message(), "attempt 2");
    assert_eq!(error.source().unwrap().to_string(), "thread 'failing' failed: attempt 2");
    assert!(format!("{error:?}").contains("\n  caused by: thread 'failing' failed: attempt 2"));
    assert!(io::Error::from(error).get_ref().is_some());
    assert!(supervisor.children().is_empty());
}

/// `one_for_all_other_child_fails_restart`, `rest_for_one_other_child_fails_restart`: of those that are started again one
/// cannot be made, and all begin anew.
#[test]
fn a_child_that_fails_when_the_others_are_started_again() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let (stage, log) = Stage::new();
        let (a, b) = (stage.clone(), stage.clone());
        let mut made = 0;
        let grace = |child: ChildSpec| child.with_grace(Duration::MAX);
        let supervisor = stage
            .supervisor([])
            .with_strategy(strategy)
            .add(grace(ChildSpec::new("a", move || a.actor("a"))))
            .add(grace(ChildSpec::new("b", move || {
                made += 1;
                if made == 2 { Err("not now") } else { Ok(b.actor("b")) }
            })))
            .start()
            .unwrap();
        log.expect(["made a", "made b"]);
        stage.tell("a", Do::Fail);
        log.expect(["restarts child 'a'", "stopped b", "made a", "restarts child 'b'"]);
        if strategy == Strategy::OneForAll {
            log.expect(["stopped a", "made a"]);
        }
        log.expect(["made b"]);
        stop(&supervisor);
        log.expect(["stopped b", "stopped a"]);
    }
}

/// One that is not started yet is, though others fail before it.
#[test]
fn a_failure_at_the_first_start_keeps_no_other_from_starting() {
    for strategy in [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne] {
        let (stage, log) = Stage::new();
        let b = stage.clone();
        let mut made = 0;
        let supervisor = stage.supervisor([]).with_strategy(strategy);
        let supervisor = supervisor
            .add(ChildSpec::new("first", move || {
                made += 1;
                if made == 1 { Err("not now") } else { Ok(Target::new(|| ())) }
            }))
            .add(ChildSpec::new("once", move || b.actor("once")).with_restart(Restart::Never))
            .start()
            .unwrap();
        log.expect(["restarts child 'first'", "made once"]);
        stop(&supervisor);
        log.expect(["stopped once"]);
    }
}

/// A child that fails while it is being stopped does not hinder the others, and is not started again for that.
#[test]
fn a_child_that_fails_while_it_is_being_stopped() {
    #[thread_class(excepthook = threadkit::silent)]
    struct Sullen;
    #[thread_class]
    impl Sullen {
        fn run(&self) -> Result<(), &'static str> {
            sleep(Duration::MAX).map_err(|_| "not like this")
        }
    }
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::OnFailure)]).child("sullen", || Sullen);
    let supervisor = supervisor.with_strategy(Strategy::OneForAll).start().unwrap();
    log.expect(["made a"]);
    stage.tell("a", Do::Fail);
    log.expect(["restarts child 'a'", "made a"]);
    stop(&supervisor);
    log.expect(["stopped a"]);
    drop((supervisor, stage));
    log.expect_end();
}

/// `nested_supervisors`, `one_for_one_escalation`: what an inner supervisor gives up is for the outer one to try anew.
#[test]
fn an_inner_supervisor_that_gives_up_is_a_child_that_fails() {
    let (stage, log) = Stage::new();
    let inner = stage.clone();
    let supervisor = stage
        .supervisor([])
        .child("inner", move || {
            let children = [("leaf", Restart::OnFailure), ("sibling", Restart::OnFailure)];
            inner.supervisor(children).with_max_restarts(1, HOUR)
        })
        .start()
        .unwrap();
    log.expect(["made leaf", "made sibling"]);
    stage.tell("leaf", Do::Fail);
    log.expect(["restarts child 'leaf'", "made leaf"]);
    stage.tell("leaf", Do::Fail);
    log.expect(["gives up on child 'leaf'", "stopped sibling", "restarts child 'inner'"]);
    log.expect(["made leaf", "made sibling"]);
    stop(&supervisor);
    log.expect(["stopped sibling", "stopped leaf"]);
}

/// A hook that panics is reported, and ends nothing else.
#[test]
fn a_hook_that_panics_ends_nothing() {
    let mut made = 0;
    let supervisor = supervisor()
        .child("child", move || {
            made += 1;
            if made == 1 { Err("not now") } else { Ok(Target::new(|| ())) }
        })
        .on_event(|_| panic!("of the hook"));
    supervisor.start().unwrap().value().unwrap().unwrap();
}

/// In a constructor the supervisor's thread is the current one: a wait there is ended by its stop.
#[test]
fn a_constructor_that_waits_hears_of_the_stop() {
    let (say, hear) = mpsc::channel();
    let supervisor = supervisor().child("slow", move || {
        say.send(()).unwrap();
        sleep(Duration::MAX).map(|()| Target::new(|| ()))
    });
    let supervisor = supervisor.start().unwrap();
    hear.recv().unwrap();
    stop(&supervisor);
}

#[test]
fn a_constructor_that_leaves_the_thread_ends_the_supervisor() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::OnFailure)]);
    let supervisor = supervisor.child("leaver", || -> Target<()> { threadkit::exit_thread() });
    let supervisor = supervisor.start().unwrap();
    supervisor.value().unwrap().unwrap();
    log.expect(["made a", "stopped a"]);
    drop(spawn(move || drop(supervisor)));
}
