//! A hook that a test sets is its own.

use threadkit::{Target, set_excepthook, silent, take_excepthook, thread_class};

use crate::child::run_with;

#[test]
fn tests_side_by_side_have_hooks_of_their_own() {
    run_with("hooks::", &["--test-threads=2"]).counts(2, 0).silent();
}

#[thread_class(excepthook = Calls::hook)]
struct Calls;

#[thread_class]
impl Calls {
    fn run(&self) {
        panic!("the cheese");
    }

    fn hook(args: &threadkit::ExceptHookArgs<'_>) {
        threadkit::call_excepthook(args);
    }
}

#[threadkit::test]
fn the_hook_of_a_class_may_call_that_of_the_test() {
    let (tell, told) = std::sync::mpsc::channel();
    set_excepthook(move |args| tell.send(args.exception.message().to_owned()).unwrap());
    let _ = Calls.start().unwrap();
    assert_eq!(told.recv().unwrap(), "the cheese");
}

#[threadkit::test]
fn what_is_taken_is_the_hook_of_the_test() {
    let (tell, told) = std::sync::mpsc::channel();
    set_excepthook(move |_| tell.send(()).unwrap());
    let hook = take_excepthook();
    let _ = Target::new(|| panic!("the cheese")).start().unwrap().join();
    assert!(told.try_recv().is_err());
    set_excepthook(hook);
    let _ = Target::new(|| panic!("the cheese")).start().unwrap();
    told.recv().unwrap();
    set_excepthook(silent);
    assert!(told.recv().is_err(), "it is dropped");
}
