//! Tests that pass, as libtest sees them.

use std::thread;

use crate::child::{run, run_with};

#[test]
fn whatever_it_returns_and_whatever_stands_beside_it() {
    run("passes::").passes(11);
    // On the main thread of the harness.
    run_with("passes::", &["--test-threads=1"]).passes(11);
}

/// As `cargo nextest` runs each test: in a process of its own, with nothing captured.
#[test]
fn alone_in_a_process() {
    run_with("passes::unit", &["--exact", "--nocapture"]).passes(1);
    run_with("untaken::panic", &["--exact", "--nocapture"]).fails(1);
}

#[threadkit::test]
fn the_body_runs_on_a_thread_with_the_name_of_the_test() {
    let name = "passes::the_body_runs_on_a_thread_with_the_name_of_the_test";
    assert_eq!(thread::current().name(), Some(name));
    let current = threadkit::current_thread();
    assert_eq!(current.name(), name);
    assert_eq!(current.class_name(), "TestThread");
}

#[threadkit::test]
fn threads_are_no_daemons_unless_they_say_so() {
    assert!(!threadkit::current_thread().is_daemon());
    let thread = threadkit::spawn(|| {
        let grandchild = threadkit::spawn(|| threadkit::current_thread().is_daemon());
        (threadkit::current_thread().is_daemon(), grandchild.value().unwrap())
    });
    assert_eq!(thread.value().unwrap(), (false, false));
    let daemon = threadkit::Target::new(|| threadkit::current_thread().is_daemon());
    assert!(daemon.with_daemon(true).start().unwrap().value().unwrap());
}

/// Counts the objects that its thread of the system has served.
#[threadkit::thread_class(reuse)]
struct Counts;

#[threadkit::thread_class]
impl Counts {
    fn run(&self) -> u32 {
        thread_local! {
            static SERVED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
        }
        SERVED.set(SERVED.get() + 1);
        SERVED.get()
    }
}

#[threadkit::test]
fn no_thread_is_kept_for_another_test() {
    for _ in 0..2 {
        assert_eq!(Counts.start().unwrap().value().unwrap(), 1);
    }
}

/// A test that calls another is a test in a test.
#[threadkit::test]
fn tests_may_be_nested() {
    threads_are_no_daemons_unless_they_say_so();
    assert!(!threadkit::current_thread().is_daemon());
}

mod by_name {
    use threadkit::{current_thread, test};

    #[test]
    fn the_import_makes_every_test_one_of_these() {
        assert_eq!(current_thread().class_name(), "TestThread");
    }
}

mod under_another_name {
    use threadkit as tk;

    #[tk::test(crate = tk, grace = "10s")]
    fn the_runtime_is_found() {
        assert_eq!(tk::current_thread().class_name(), "TestThread");
    }
}

mod made_by_a_macro {
    macro_rules! tests {
        ($($name:ident: $returned:ty = $value:expr,)*) => {$(
            /// Documented.
            #[threadkit::test]
            fn $name() -> $returned {
                assert_eq!(threadkit::spawn(|| 42).value().unwrap(), 42);
                $value
            }
        )*};
    }

    tests! {
        unit: () = (),
        result: Result<(), std::num::ParseIntError> = "42".parse::<u32>().map(drop),
    }
}

/// What generated code names is not what the module means by it.
#[allow(dead_code)]
mod among_names_of_others {
    struct Option;
    struct Result;
    struct ExitCode;
    struct Duration;
    mod std {}
    mod core {}

    #[threadkit::test(timeout = "60s", grace = "10s", stop = "all")]
    fn the_generated_code_means_its_own() -> impl ::std::process::Termination {
        ::std::process::ExitCode::SUCCESS
    }
}

mod beside_a_glob {
    use core::prelude::v1::test;
    use threadkit::*;

    #[test]
    fn the_import_says_which_of_the_two_is_meant() {
        assert_eq!(current_thread().class_name(), "DummyThread");
    }
}
