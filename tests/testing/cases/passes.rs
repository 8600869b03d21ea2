//! Tests that pass.

use super::*;

#[threadkit::test]
#[ignore]
fn unit() {
    assert_eq!(spawn(|| 42).value().unwrap(), 42);
}

/// Documented.
#[threadkit::test(timeout = "1h")]
#[ignore = "for a reason"]
#[allow(clippy::unnecessary_wraps)]
fn result() -> Result<(), JoinError> {
    spawn(|| ()).join()
}

#[threadkit::test]
#[ignore]
fn exit_code() -> ExitCode {
    ExitCode::SUCCESS
}

#[threadkit::test]
#[ignore]
fn termination() -> impl std::process::Termination {
    ExitCode::SUCCESS
}

#[threadkit::test]
#[ignore]
fn error_that_is_not_sent() -> Result<(), Box<dyn std::error::Error>> {
    spawn(|| ()).join()?;
    Ok(())
}

#[threadkit::test]
#[ignore]
#[should_panic(expected = "of the body")]
fn should_panic() {
    panic!("of the body");
}

#[threadkit::test]
#[ignore]
#[should_panic(expected = "the cheese")]
fn should_panic_on_a_thread() {
    over(&Panics("cheese").start().unwrap());
}

#[threadkit::test]
#[cfg(any())]
fn compiled_out() -> Nothing {}

/// It ends within the grace.
#[threadkit::test(grace = "1h")]
#[ignore]
fn late() {
    static GO: Event = Event::new();
    let _ = spawn(|| GO.wait());
    GO.set();
}

#[threadkit::test(stop = "all", grace = "1h")]
#[ignore]
fn stopped() {
    let _ = Stays.start().unwrap();
    let _ = Stays.with_daemon(true).start().unwrap();
}

#[threadkit::test(stop = "daemons", grace = "1h")]
#[ignore]
fn stopped_daemon() {
    let _ = Stays.with_daemon(true).start().unwrap();
}

#[threadkit::test(leaks = "daemons")]
#[ignore]
fn leaked_daemon() {
    let _ = Stays.with_daemon(true).start().unwrap();
}
