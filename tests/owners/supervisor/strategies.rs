//! Which children are started again with one that has to be.

use threadkit::{Restart, Strategy};

use super::stage::{Do, Stage, stop};
use Restart::{Always, Never, OnFailure};

const THREE: [(&str, Restart); 3] = [("a", OnFailure), ("b", OnFailure), ("c", OnFailure)];

#[test]
fn one_for_one() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor(THREE).start().unwrap();
    log.expect(["made a", "made b", "made c"]);
    for child in ["b", "a", "c"] {
        stage.tell(child, Do::Fail);
        log.expect([&*format!("restarts child '{child}'"), &*format!("made {child}")]);
    }
    stop(&supervisor);
    log.expect(["stopped c", "stopped b", "stopped a"]);
}

#[test]
fn one_for_all() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor(THREE).with_strategy(Strategy::OneForAll).start().unwrap();
    log.expect(["made a", "made b", "made c"]);
    stage.tell("b", Do::Fail);
    log.expect(["restarts child 'b'", "stopped c", "stopped a", "made a", "made b", "made c"]);
    stage.tell("a", Do::Panic);
    log.expect(["restarts child 'a'", "stopped c", "stopped b", "made a", "made b", "made c"]);
    stop(&supervisor);
    log.expect(["stopped c", "stopped b", "stopped a"]);
}

#[test]
fn rest_for_one() {
    let (stage, log) = Stage::new();
    let supervisor = stage.supervisor(THREE).with_strategy(Strategy::RestForOne).start().unwrap();
    log.expect(["made a", "made b", "made c"]);
    stage.tell("b", Do::Fail);
    log.expect(["restarts child 'b'", "stopped c", "made b", "made c"]);
    stage.tell("c", Do::Fail);
    log.expect(["restarts child 'c'", "made c"]);
    stage.tell("a", Do::Fail);
    log.expect(["restarts child 'a'", "stopped c", "stopped b", "made a", "made b", "made c"]);
    stop(&supervisor);
    log.expect(["stopped c", "stopped b", "stopped a"]);
}

/// `temporary_bystander`: stopped by the end of a sibling, it is not started again.
#[test]
fn a_bystander_that_is_never_restarted_is_stopped_for_good() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let (stage, log) = Stage::new();
        let children = [("a", Always), ("bystander", Never)];
        let supervisor = stage.supervisor(children).with_strategy(strategy).start().unwrap();
        log.expect(["made a", "made bystander"]);
        stage.tell("a", Do::End);
        log.expect(["restarts child 'a'", "stopped bystander", "made a"]);
        stop(&supervisor);
        log.expect(["stopped a"]);
    }
}

/// One that has ended in order is started with the others, as in Erlang.
#[test]
fn one_that_has_ended_is_started_with_the_others() {
    let (stage, log) = Stage::new();
    let children = [("ends", OnFailure), ("fails", OnFailure)];
    let supervisor = stage.supervisor(children).with_strategy(Strategy::OneForAll);
    let supervisor = supervisor.start().unwrap();
    log.expect(["made ends", "made fails"]);
    stage.tell("ends", Do::End);
    while supervisor.children().len() > 1 {
        std::thread::yield_now();
    }
    stage.tell("fails", Do::Fail);
    log.expect(["restarts child 'fails'", "made ends", "made fails"]);
    stop(&supervisor);
    log.expect(["stopped fails", "stopped ends"]);
}

/// Those that end together are each an end of their own, unless one was stopped for the other.
#[test]
fn ends_that_come_together_are_not_mixed_up() {
    for strategy in [Strategy::OneForOne, Strategy::OneForAll, Strategy::RestForOne] {
        let (stage, log) = Stage::new();
        let supervisor = stage.supervisor(THREE).with_strategy(strategy).start().unwrap();
        log.expect(["made a", "made b", "made c"]);
        for _ in 0..200 {
            stage.tell("a", Do::Fail);
            stage.tell("b", Do::Fail);
            stage.tell("c", Do::Panic);
        }
        supervisor.request_stop();
        supervisor.join().unwrap();
        assert!(supervisor.children().is_empty());
        drop(log);
    }
}
