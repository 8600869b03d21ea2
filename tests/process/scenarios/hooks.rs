//! Panic hooks of the program beside the excepthook, set before and after the first start.

use std::panic::{AssertUnwindSafe, set_hook, take_hook};
use std::process::ExitCode;

use threadkit::{current_thread, set_excepthook, spawn};

crate::scenarios! {
    set_before, set_before_with_excepthook, set_after, set_after_resumed, set_after_with_excepthook,
    chained_after, chained_after_with_excepthook, set_and_restored, set_many_times, dropped_while_unwinding,
    restored_std, quiet_after, hook_starts_first, hook_starts_again,
}

fn program_hook() {
    set_hook(Box::new(|info| eprintln!("crash reporter: {info}")));
}

fn chained_hook() {
    let before = take_hook();
    set_hook(Box::new(move |info| {
        eprintln!("crash reporter");
        before(info);
    }));
}

fn excepthook() {
    set_excepthook(|args| println!("excepthook: {:?}", args.exception.location().is_some()));
}

fn start_one() {
    spawn(|| ()).join().unwrap();
}

fn fail() -> ExitCode {
    spawn(|| panic!("the cause")).join().unwrap_err();
    ExitCode::SUCCESS
}

fn fail_unseen() -> ExitCode {
    spawn(|| std::panic::resume_unwind(Box::new("the cause"))).join().unwrap_err();
    ExitCode::SUCCESS
}

fn set_before() -> ExitCode {
    program_hook();
    fail()
}

fn set_before_with_excepthook() -> ExitCode {
    program_hook();
    excepthook();
    fail()
}

fn set_after() -> ExitCode {
    start_one();
    program_hook();
    fail()
}

fn set_after_resumed() -> ExitCode {
    start_one();
    program_hook();
    fail_unseen()
}

fn set_after_with_excepthook() -> ExitCode {
    start_one();
    program_hook();
    excepthook();
    fail()
}

fn chained_after() -> ExitCode {
    start_one();
    chained_hook();
    fail()
}

fn chained_after_with_excepthook() -> ExitCode {
    start_one();
    chained_hook();
    excepthook();
    fail()
}

/// As a test does that wants no noise for a while.
fn set_and_restored() -> ExitCode {
    start_one();
    let before = take_hook();
    program_hook();
    set_hook(before);
    fail()
}

fn set_many_times() -> ExitCode {
    for _ in 0..3 {
        start_one();
        program_hook();
        chained_hook();
        program_hook();
    }
    fail()
}

/// The hook goes at a moment at which none can be set.
fn dropped_while_unwinding() -> ExitCode {
    start_one();
    let before = take_hook();
    program_hook();
    let _ = std::panic::catch_unwind(AssertUnwindSafe(move || {
        let _before = before;
        panic!("of main");
    }));
    fail()
}

fn restored_std() -> ExitCode {
    start_one();
    drop(take_hook());
    excepthook();
    fail()
}

fn quiet_after() -> ExitCode {
    start_one();
    set_hook(Box::new(|_| ()));
    fail()
}

/// A crash reporter with a thread of its own, which fails, too.
fn reporting_hook() {
    set_hook(Box::new(|info| {
        eprintln!("crash reporter: {info}");
        if current_thread().class_name() != "Target" {
            spawn(|| panic!("of the reporter")).join().unwrap_err();
        }
    }));
}

/// Its first thread is the first of the process.
fn hook_starts_first() -> ExitCode {
    reporting_hook();
    std::thread::spawn(|| panic!("the cause")).join().unwrap_err();
    start_one();
    std::thread::spawn(|| panic!("the cause")).join().unwrap_err();
    ExitCode::SUCCESS
}

/// The hook that notes the panics has gone at a moment at which none can be set in its place.
fn hook_starts_again() -> ExitCode {
    start_one();
    let before = take_hook();
    let _ = std::panic::catch_unwind(AssertUnwindSafe(move || {
        let _before = before;
        std::panic::resume_unwind(Box::new("unseen"));
    }));
    hook_starts_first()
}
