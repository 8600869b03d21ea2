//! Nothing aborts: what panics when it is dropped, on joined, detached and daemon threads.

use crate::child::run;

#[test]
fn payloads_whose_drop_panics() {
    let ended = run("payloads").code(0).reports("bomb", 3);
    assert_eq!(ended.stdout.lines().count(), 4, "{ended:#?}");
}

#[test]
fn values_whose_drop_panics() {
    run("values")
        .code(0)
        .says(&["true", "drop joined", "drop detached", "drop daemon"])
        .reports("bomb", 3);
}

#[test]
fn objects_whose_drop_panics() {
    // What `run(self)` drops is dropped in `run`: a failure of the thread.
    run("objects")
        .code(0)
        .says(&["true", "drop shared", "true", "drop exclusive", "drop consumed", "true"])
        .reports("bomb", 3);
}

#[test]
fn locals_whose_drop_panics() {
    let ended = run("locals").code(0).reports("panicked at", 6);
    assert_eq!(ended.stdout.matches("drop ").count(), 6, "{ended:#?}");
}

#[test]
fn callbacks_whose_drop_panics() {
    run("callbacks_dropped")
        .code(0)
        .says(&["drop kept", "drop detached", "drop called", "still here"])
        .reports("panicked at", 3);
    run("hooks_dropped").code(0).says(&["drop hook", "true"]).reports("bomb", 1);
}

#[test]
fn a_payload_that_panics_with_itself() {
    run("endless_payload").code(0).says(&["true", "still here"]);
}

#[test]
#[cfg_attr(threadkit_reuse, ignore = "the last handle may be the thread's own")]
fn threads_of_aliens_and_refused_threads() {
    run("started_by_aliens").code(0).reports("bomb", 1);
    run("closures").code(0).says(&["drop refused", "true"]).reports("bomb", 1);
}

#[test]
fn what_unwinds_beside_a_bomb() {
    run("hook_takes_itself")
        .code(0)
        .says(&["drop hook", "true"])
        .reports("of the hook", 1)
        .reports("the cause", 1);
    run("wakers_dropped").code(0).says(&["drop waker", "true", "Ok(true)"]).reports("bomb", 1);
}
