//! Failures and who reports them: one report each.

use std::error::Error;
use std::fmt;
use std::panic::{self, catch_unwind, panic_any, resume_unwind};
use std::process::ExitCode;

use threadkit::{ExceptHookArgs, JoinError, Target, set_excepthook, spawn, thread_class};

crate::scenarios! {
    panics, fails, fails_with_sources, caught, resumed, resumed_after_others,
    caught_while_unwinding, no_string, hooked, hooked_with_default, class_hooked, silenced,
    hook_panics, hook_panics_then_reports, hook_exits_thread, hook_starts_threads, hook_sets_hook,
    hook_swapped, thousands, thousands_hooked, thousands_of_errors, backtrace,
    joined_and_resumed, exits_quietly, error_whose_display_panics, exits_in_odd_places,
    all_caught_first_resumed, caught_beside_a_guest, hook_set_while_unwinding, hook_taken_while_unwinding,
    hook_set_and_taken, exit_while_unwinding_under_a_hook, hook_of_a_class_calls_the_programs,
    classes_of_one_name, main_returns_a_failure,
}

fn over(thread: impl Into<threadkit::Thread>) {
    let _ = thread.into().join();
}

fn panics() -> ExitCode {
    over(Target::new(|| panic!("the cause")).with_name("unlucky").start().unwrap());
    ExitCode::SUCCESS
}

#[thread_class]
struct Failing;

#[thread_class]
impl Failing {
    fn run(&self) -> Result<(), Chained> {
        Err(Chained("outer", Some(Box::new(Chained("inner", None)))))
    }
}

#[derive(Debug)]
struct Chained(&'static str, Option<Box<Chained>>);

impl fmt::Display for Chained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Chained {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

fn fails() -> ExitCode {
    over(Target::fallible(|| Err::<(), _>("the cause")).with_name("unlucky").start().unwrap());
    ExitCode::SUCCESS
}

fn fails_with_sources() -> ExitCode {
    over(Failing.with_name("unlucky").start().unwrap());
    ExitCode::SUCCESS
}

fn caught() -> ExitCode {
    over(spawn(|| catch_unwind(|| panic!("the cause")).is_err()));
    ExitCode::SUCCESS
}

fn count_calls(args: &ExceptHookArgs<'_>) {
    println!("{} of {}", args.exception.message(), args.thread.class_name());
}

fn resumed() -> ExitCode {
    over(spawn(|| resume_unwind(Box::new("the cause"))));
    ExitCode::SUCCESS
}

/// The panic that ends `run` is not the last that the panic hook saw.
fn resumed_after_others() -> ExitCode {
    over(spawn(|| {
        let first = catch_unwind(|| panic!("the {}", "cause")).unwrap_err();
        for number in 0..3 {
            let _ = catch_unwind(|| panic!("another, {number}"));
        }
        resume_unwind(first);
    }));
    ExitCode::SUCCESS
}

fn caught_while_unwinding() -> ExitCode {
    struct Careful;
    impl Drop for Careful {
        fn drop(&mut self) {
            let _ = catch_unwind(|| panic!("another"));
        }
    }
    over(spawn(|| {
        let _careful = Careful;
        panic!("the cause");
    }));
    ExitCode::SUCCESS
}

fn exits_quietly() -> ExitCode {
    struct Noisy;
    impl Drop for Noisy {
        fn drop(&mut self) {
            println!("dropped");
        }
    }
    let thread = spawn(|| {
        let _noisy = Noisy;
        threadkit::exit_thread()
    });
    println!("{:?}", thread.join());
    ExitCode::SUCCESS
}

fn no_string() -> ExitCode {
    over(spawn(|| panic_any(42)));
    over(spawn(|| resume_unwind(Box::new(42))));
    ExitCode::SUCCESS
}

fn hooked() -> ExitCode {
    set_excepthook(count_calls);
    over(spawn(|| panic!("the panic")));
    over(Failing.start().unwrap());
    over(spawn(|| resume_unwind(Box::new("the resumed"))));
    ExitCode::SUCCESS
}

fn hooked_with_default() -> ExitCode {
    set_excepthook(|args| {
        count_calls(args);
        threadkit::default_excepthook(args);
        // The second time there is nothing left to report.
        threadkit::default_excepthook(args);
    });
    panics();
    fails()
}

#[thread_class(excepthook = count_calls)]
struct Counted;

#[thread_class]
impl Counted {
    fn run(&self) {
        panic!("the panic");
    }
}

#[thread_class(excepthook = threadkit::silent)]
struct Silenced(bool);

#[thread_class]
impl Silenced {
    fn run(self) -> Result<(), String> {
        assert!(self.0, "the panic");
        Err("the error".to_owned())
    }
}

fn class_hooked() -> ExitCode {
    set_excepthook(|_| println!("not called"));
    over(Counted.start().unwrap());
    ExitCode::SUCCESS
}

fn silenced() -> ExitCode {
    over(Silenced(true).start().unwrap());
    over(Silenced(false).start().unwrap());
    ExitCode::SUCCESS
}

fn hook_panics() -> ExitCode {
    set_excepthook(|_| panic!("of the hook"));
    let thread = spawn(|| panic!("the cause"));
    println!("{}", thread.join().unwrap_err().exception().unwrap().message());
    ExitCode::SUCCESS
}

fn hook_panics_then_reports() -> ExitCode {
    set_excepthook(|args| {
        threadkit::default_excepthook(args);
        panic!("of the hook");
    });
    panics()
}

fn hook_exits_thread() -> ExitCode {
    set_excepthook(|args| {
        count_calls(args);
        threadkit::exit_thread();
    });
    panics()
}

/// A hook that starts threads, joins them, and fails in one of them.
fn hook_starts_threads() -> ExitCode {
    set_excepthook(|args| {
        count_calls(args);
        if args.thread.name() == "unlucky" {
            over(spawn(|| println!("started by the hook")));
            over(spawn(|| panic!("in a thread of the hook")));
            println!("itself: {:?}", args.thread.join().unwrap_err());
        }
    });
    panics()
}

fn hook_sets_hook() -> ExitCode {
    set_excepthook(|args| {
        count_calls(args);
        set_excepthook(|_| println!("the next hook"));
    });
    panics();
    panics()
}

/// Hooks are set and taken while threads fail: each failure reaches one of them.
fn hook_swapped() -> ExitCode {
    let swapping = spawn(|| {
        while !threadkit::stop_requested() {
            set_excepthook(|_| println!("one"));
            set_excepthook(|_| println!("other"));
        }
    });
    set_excepthook(|_| println!("first"));
    let failing = (0..1000).map(|_| spawn(|| panic!("the cause"))).collect::<Vec<_>>();
    failing.into_iter().for_each(over);
    swapping.request_stop();
    over(swapping);
    ExitCode::SUCCESS
}

fn failing_threads(start: impl Fn(usize) -> threadkit::Thread) -> ExitCode {
    for _ in 0..20 {
        let threads = (0..100).map(&start).collect::<Vec<_>>();
        threads.into_iter().for_each(over);
    }
    ExitCode::SUCCESS
}

fn thousands() -> ExitCode {
    failing_threads(|number| spawn(move || panic!("failure {number}")).into())
}

fn thousands_hooked() -> ExitCode {
    set_excepthook(|args| eprintln!("panicked at {}", args.exception.message()));
    thousands()
}

fn thousands_of_errors() -> ExitCode {
    failing_threads(|_| Failing.start().unwrap().into())
}

fn backtrace() -> ExitCode {
    #[inline(never)]
    fn users_function() {
        panic!("the cause");
    }
    set_excepthook(|args| println!("{}", args.exception.backtrace().unwrap()));
    over(spawn(users_function));
    ExitCode::SUCCESS
}

/// A failure handed on: the second thread fails with the first one's panic.
fn joined_and_resumed() -> ExitCode {
    let first = spawn(|| panic!("the cause"));
    over(spawn(move || {
        if let Err(error @ JoinError::Failed(_)) = first.join() {
            error.resume_unwind();
        }
    }));
    ExitCode::SUCCESS
}

fn error_whose_display_panics() -> ExitCode {
    #[derive(Debug)]
    struct Shy;
    impl fmt::Display for Shy {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("the cause")
        }
    }
    impl Error for Shy {}
    let thread = Target::fallible(|| Err::<(), _>(Shy)).start().unwrap();
    println!("{} {}", thread.join().is_err(), thread.value().unwrap().is_err());
    ExitCode::SUCCESS
}

/// `exit_thread` where a thread of the crate is not in its `run`.
fn exits_in_odd_places() -> ExitCode {
    struct Leaving;
    impl Drop for Leaving {
        fn drop(&mut self) {
            threadkit::exit_thread();
        }
    }
    threadkit::local! { static LOCAL: std::cell::RefCell<Option<Leaving>> = const { std::cell::RefCell::new(None) }; }
    let thread = spawn(|| LOCAL.set(Some(Leaving)));
    println!("in a local: {}", thread.join().is_ok());
    let thread = spawn(|| Leaving);
    println!("in a value: {}", thread.join().is_ok());
    drop(thread);
    let thread = spawn(|| threadkit::on_stop(|| threadkit::exit_thread()));
    println!("before a callback: {}", thread.join().is_ok());
    let stopping = spawn(move || thread.request_stop());
    println!("in a callback: {}", stopping.join().is_ok());
    println!("on main: {}", panic::catch_unwind(|| threadkit::exit_thread()).is_err());
    let alien = std::thread::spawn(|| threadkit::exit_thread());
    println!("on an alien: {}", alien.join().is_err());
    ExitCode::SUCCESS
}

/// More panics than one are caught, and the first of them goes on when the work is done.
fn all_caught_first_resumed() -> ExitCode {
    over(spawn(|| {
        let caught =
            (0..100).map(|number| catch_unwind(|| panic!("failure {number}.")).unwrap_err());
        let first = caught.collect::<Vec<_>>().swap_remove(0);
        resume_unwind(first);
    }));
    ExitCode::SUCCESS
}

/// A callback that panics, between a panic that `run` catches and its going on.
fn caught_beside_a_guest() -> ExitCode {
    over(spawn(|| {
        let caught = catch_unwind(|| panic!("the cause")).unwrap_err();
        let token = threadkit::StopToken::new();
        token.on_stop(|| panic!("of the callback"));
        token.request_stop();
        resume_unwind(caught);
    }));
    ExitCode::SUCCESS
}

/// Calls its closure when it is dropped: in the middle of a panic.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// What the panic hook has reported, a hook that comes afterwards does not.
fn hook_set_while_unwinding() -> ExitCode {
    over(spawn(|| {
        let _setting = OnDrop(|| set_excepthook(count_calls));
        panic!("the cause");
    }));
    ExitCode::SUCCESS
}

/// What was held back for a hook that is gone by then comes from the default one.
fn hook_taken_while_unwinding() -> ExitCode {
    set_excepthook(count_calls);
    over(spawn(|| {
        let _taking = OnDrop(|| drop(threadkit::take_excepthook()));
        panic!("the cause");
    }));
    ExitCode::SUCCESS
}

/// A hook comes and goes while threads fail: it or the panic hook reports, never both.
fn hook_set_and_taken() -> ExitCode {
    let swapping = spawn(|| {
        while !threadkit::stop_requested() {
            set_excepthook(|args| eprintln!("the hook's: {}", args.exception.message()));
            drop(threadkit::take_excepthook());
        }
    });
    let failing = (0..1000).map(|number| spawn(move || panic!("failure {number}.")));
    failing.collect::<Vec<_>>().into_iter().for_each(over);
    swapping.request_stop();
    over(swapping);
    ExitCode::SUCCESS
}

fn exit_while_unwinding_under_a_hook() -> ExitCode {
    set_excepthook(count_calls);
    over(spawn(|| {
        let _exiting = OnDrop(|| std::process::exit(52));
        panic!("the cause");
    }));
    unreachable!("the process is over")
}

fn count_and_pass_on(args: &ExceptHookArgs<'_>) {
    println!("the class's: {}", args.exception.message());
    threadkit::call_excepthook(args);
}

#[thread_class(excepthook = count_and_pass_on)]
struct PassingOn;

#[thread_class]
impl PassingOn {
    fn run(self) -> Result<(), String> {
        Err("the cause".to_owned())
    }
}

fn hook_of_a_class_calls_the_programs() -> ExitCode {
    over(PassingOn.start().unwrap());
    set_excepthook(|args| {
        println!("the program's: {}", args.exception.message());
        // Of itself it would find no end.
        threadkit::call_excepthook(args);
    });
    over(PassingOn.start().unwrap());
    over(Failing.start().unwrap());
    ExitCode::SUCCESS
}

/// In another module, as it could be in another crate.
mod other {
    use threadkit::thread_class;

    #[thread_class]
    pub(super) struct Failing;

    #[thread_class]
    impl Failing {
        fn run(&self) -> Result<(), String> {
            Err("of the other".to_owned())
        }
    }
}

fn classes_of_one_name() -> ExitCode {
    over(Failing.start().unwrap());
    over(other::Failing.start().unwrap());
    ExitCode::SUCCESS
}

fn main_returns_a_failure() -> ExitCode {
    #[threadkit::main]
    fn main() -> Result<(), Box<dyn Error>> {
        set_excepthook(threadkit::silent);
        Failing.with_name("unlucky").start()?.join()?;
        Ok(())
    }
    main()
}
