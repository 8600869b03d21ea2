//! Panics that `run` catches, with an excepthook in force that writes to stdout.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::process::ExitCode;
use std::sync::mpsc;

use threadkit::{
    ExceptHookArgs, StopToken, Target, default_excepthook, set_excepthook, spawn, thread_class,
};

crate::scenarios! {
    caught_under_a_hook, caught_under_the_default_hook, caught_by_a_silent_class, caught_then_aborted,
    caught_then_failed, caught_deep, caught_in_a_drop, caught_in_a_drop_while_unwinding, caught_without_a_string,
    caught_in_a_pool, caught_and_resumed_on_main, caught_and_resumed_elsewhere, caught_and_resumed_here,
    caught_outside_of_a_scope, uncaught_in_a_scope, caught_around_a_callback, caught_before_the_hook,
    caught_then_exited, caught_thousands, hook_catches, caught_on_a_small_stack, uncaught_on_a_small_stack,
    backtrace_of_a_resumed,
}

fn over(thread: impl Into<threadkit::Thread>) {
    let _ = thread.into().join();
}

fn tell(args: &ExceptHookArgs<'_>) {
    println!("hook: {}", args.exception.message());
}

fn done() -> ExitCode {
    println!("done");
    ExitCode::SUCCESS
}

fn lost() {
    let _ = catch_unwind(|| panic!("lost"));
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

fn caught_under_a_hook() -> ExitCode {
    set_excepthook(tell);
    over(spawn(lost));
    done()
}

fn caught_under_the_default_hook() -> ExitCode {
    set_excepthook(default_excepthook);
    over(spawn(lost));
    done()
}

#[thread_class(excepthook = threadkit::silent)]
struct Silent;

#[thread_class]
impl Silent {
    fn run(&self) {
        lost();
    }
}

fn caught_by_a_silent_class() -> ExitCode {
    over(Silent.start().unwrap());
    done()
}

/// The message does not wait for anything that may not come.
fn caught_then_aborted() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        lost();
        std::process::abort();
    }));
    unreachable!("the process is over")
}

fn caught_then_failed() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        lost();
        panic!("out");
    }));
    let failing = Target::fallible(|| {
        lost();
        Err::<(), _>("an error")
    });
    over(failing.start().unwrap());
    done()
}

/// Frames with values to drop between the panic and who catches it.
fn caught_deep() -> ExitCode {
    #[inline(never)]
    fn descend(depth: usize, text: &str) -> usize {
        let below = format!("{text}{depth}");
        assert_ne!(depth, 0, "lost");
        descend(depth - 1, &below) + below.len()
    }
    set_excepthook(tell);
    over(spawn(|| catch_unwind(|| descend(100, "")).is_err()));
    over(spawn(|| descend(100, "")));
    done()
}

fn caught_in_a_drop() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| drop(OnDrop(lost))));
    done()
}

fn caught_in_a_drop_while_unwinding() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        let _careful = OnDrop(lost);
        panic!("out");
    }));
    done()
}

fn caught_without_a_string() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| catch_unwind(|| panic_any(42)).is_err()));
    done()
}

/// The pool catches the panic of a job on one of its threads, and lets it go on where the job was given.
fn caught_in_a_pool() -> ExitCode {
    set_excepthook(default_excepthook);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).spawn_handler(|worker| {
        let thread = Target::new(move || worker.run()).with_daemon(true);
        thread.start().map(drop)
    });
    pool.build().unwrap().install(|| rayon::scope(|s| s.spawn(|_| panic!("lost"))));
    done()
}

fn caught_and_resumed_on_main() -> ExitCode {
    set_excepthook(tell);
    let thread = spawn(|| catch_unwind(|| panic!("lost")).unwrap_err());
    resume_unwind(thread.value().unwrap())
}

fn caught_and_resumed_elsewhere() -> ExitCode {
    set_excepthook(tell);
    let (payloads, payload) = mpsc::channel();
    over(spawn(move || payloads.send(catch_unwind(|| panic!("lost")).unwrap_err()).unwrap()));
    over(spawn(move || resume_unwind(payload.recv().unwrap())));
    done()
}

fn caught_and_resumed_here() -> ExitCode {
    set_excepthook(|args| {
        tell(args);
        default_excepthook(args);
    });
    over(spawn(|| {
        let payload = catch_unwind(|| panic!("lost")).unwrap_err();
        resume_unwind(payload)
    }));
    done()
}

fn caught_outside_of_a_scope() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| catch_unwind(|| threadkit::scope(|_| panic!("lost"))).is_err()));
    done()
}

/// The scope holds the panic up while it waits for its threads; nobody catches it.
fn uncaught_in_a_scope() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| threadkit::scope(|_| panic!("out"))));
    over(spawn(|| threadkit::scope(|s| drop(s.spawn(|| panic!("in the scope"))))));
    done()
}

/// What the crate calls it catches itself, before `run` can.
fn caught_around_a_callback() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let token = StopToken::new();
            token.on_stop(|| panic!("of the callback"));
            token.on_stop(lost);
            token.request_stop();
        }));
    }));
    done()
}

fn caught_before_the_hook() -> ExitCode {
    over(spawn(|| {
        lost();
        set_excepthook(tell);
    }));
    done()
}

fn caught_then_exited() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        lost();
        std::process::exit(7);
    }));
    unreachable!("the process is over")
}

fn caught_thousands() -> ExitCode {
    set_excepthook(tell);
    over(spawn(|| {
        for number in 0..1000 {
            let _ = catch_unwind(|| panic!("lost {number}."));
        }
        panic!("out");
    }));
    done()
}

/// In a hook nothing is held back: there is no hook for what it does wrong.
fn hook_catches() -> ExitCode {
    set_excepthook(|args| {
        lost();
        tell(args);
    });
    over(spawn(|| panic!("out")));
    done()
}

/// With a stack that has no room to look up the names of a backtrace, and a panic hook that does not.
fn caught_on_a_small_stack() -> ExitCode {
    std::panic::set_hook(Box::new(|_| println!("panic hook")));
    over(Target::new(lost).with_stack_size(1).start().unwrap());
    done()
}

fn uncaught_on_a_small_stack() -> ExitCode {
    set_excepthook(tell);
    let thread = Target::new(|| panic!("out")).with_stack_size(1).start().unwrap();
    let failed = thread.join().unwrap_err();
    let backtrace = failed.exception().unwrap().backtrace().unwrap();
    println!("{}", backtrace.contains("uncaught_on_a_small_stack"));
    done()
}

fn backtrace_of_a_resumed() -> ExitCode {
    set_excepthook(|args| {
        println!("{}", args.exception.backtrace().unwrap().contains("backtrace_of_a_resumed"));
    });
    over(spawn(|| {
        let payload = catch_unwind(|| panic!("lost")).unwrap_err();
        resume_unwind(payload)
    }));
    done()
}
