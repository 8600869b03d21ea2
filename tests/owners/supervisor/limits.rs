//! How often children are started again, and after which pause.

use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Restart, Supervisor, SupervisorEvent, Target, thread_class};

use super::stage::{Do, Stage, stop};

const HOUR: Duration = Duration::from_secs(3600);

#[thread_class(excepthook = threadkit::silent)]
struct Failing;

#[thread_class]
impl Failing {
    fn run(&self) -> Result<(), &'static str> {
        Err("as always")
    }
}

/// So many restarts and no more, of all children together.
#[test]
fn it_gives_up_after_so_many_restarts() {
    for most in 0..4 {
        let (stage, log) = Stage::new();
        let supervisor = stage.supervisor([("a", Restart::Always), ("b", Restart::OnFailure)]);
        let supervisor = supervisor.with_max_restarts(most, HOUR).start().unwrap();
        log.expect(["made a", "made b"]);
        for restart in 0..most {
            let name = ["a", "b"][restart % 2];
            stage.tell(name, Do::Fail);
            log.expect([&*format!("restarts child '{name}'"), &*format!("made {name}")]);
        }
        stage.tell("a", Do::End);
        log.expect(["gives up on child 'a'", "stopped b"]);
        let error = supervisor.value().unwrap().unwrap_err();
        assert_eq!((&**error.child(), error.exception().is_none()), ("a", true));
    }
}

/// A window of no length has no past.
#[test]
fn a_restart_that_is_past_does_not_count() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::Always)]);
    let supervisor = supervisor.with_max_restarts(1, Duration::ZERO).start().unwrap();
    log.expect(["made a"]);
    for _ in 0..20 {
        stage.tell("a", Do::Fail);
        log.expect(["restarts child 'a'", "made a"]);
    }
    stop(&supervisor);
    log.expect(["stopped a"]);
}

/// Three in five seconds, if nobody says, the first of them at once.
#[test]
fn the_first_restart_is_at_once_and_the_others_wait_longer_and_longer() {
    let (say, pauses) = mpsc::channel();
    let supervisor = Supervisor::new().child("failing", || Failing).on_event(move |event| {
        if let SupervisorEvent::Restarts { pause, .. } = event {
            say.send(*pause).unwrap();
        }
    });
    let error = supervisor.start().unwrap().value().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "gave up on child 'failing' (at most 3 restarts in 5s)");
    let pauses: Vec<_> = pauses.iter().map(|pause| pause.as_millis()).collect();
    assert!(matches!(&*pauses, [0, 100..=200, 200..=400]), "{pauses:?}");
}

/// A child that has lasted for the window begins anew: here all have, as it has no length.
#[test]
fn who_has_lasted_is_restarted_at_once() {
    let (say, pauses) = mpsc::channel();
    let supervisor = Supervisor::new()
        .child("failing", || Failing)
        .with_max_restarts(1, Duration::ZERO)
        .with_backoff(HOUR, HOUR)
        .on_event(move |event| {
            if let SupervisorEvent::Restarts { pause, .. } = event {
                say.send(*pause).unwrap();
            }
        })
        .start()
        .unwrap();
    assert!(pauses.iter().take(20).all(|pause| pause.is_zero()));
    supervisor.request_stop();
    supervisor.join().unwrap();
}

/// While one waits for its time the others are looked after.
#[test]
fn a_pause_is_that_of_one_child() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor([("a", Restart::OnFailure), ("b", Restart::OnFailure)]);
    let supervisor = supervisor.with_backoff(HOUR, HOUR).start().unwrap();
    log.expect(["made a", "made b"]);
    stage.tell("a", Do::Fail);
    log.expect(["restarts child 'a'", "made a"]);
    stage.tell("a", Do::Fail);
    log.expect(["restarts child 'a' in 3600.0s"]);
    stage.tell("b", Do::Fail);
    log.expect(["restarts child 'b'", "made b"]);
    stop(&supervisor);
    log.expect(["stopped b"]);
}

/// The pause comes to its end by itself.
#[test]
fn a_child_is_started_when_its_pause_is_over() {
    let mut attempts = 0;
    let supervisor = Supervisor::new()
        .child("child", move || {
            attempts += 1;
            if attempts < 4 { Err("not yet") } else { Ok(Target::new(|| ())) }
        })
        .with_backoff(Duration::from_millis(1), Duration::from_millis(2));
    supervisor.start().unwrap().value().unwrap().unwrap();
}
