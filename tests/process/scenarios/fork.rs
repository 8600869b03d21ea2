//! Forks: the child has one thread, which is main.

use std::panic::{catch_unwind, set_hook};
use std::process::{self, ExitCode};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use threadkit::{
    Builder, Event, Target, Thread, Timeline, active_count, current_thread, enumerate, main_thread,
    on_start, sleep, spawn, thread_class,
};

crate::scenarios! {
    fork_on_main, fork_on_a_worker, fork_on_an_alien, fork_before_any_start, fork_and_return,
    fork_under_the_attribute, fork_on_a_worker_under_the_attribute, fork_many, fork_while_stopping,
    fork_while_asking_one_that_is_over, fork_in_a_scope, fork_in_a_scope_on_a_worker,
    fork_while_ending, fork_beside_a_dummy, fork_while_observed, fork_in_panic_hooks,
    fork_while_the_watchdog_looks,
}

/// Calls `f` in a forked child and exits there; gives back the child's code, or the signal it died of.
fn in_child(f: impl FnOnce()) -> i32 {
    // SAFETY: the child runs code that takes locks; that those of the crate are free in it is what is
    // tested, and those of glibc's malloc are freed by its own handlers.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        f();
        process::exit(30);
    }
    wait_for(pid)
}

fn wait_for(pid: libc::pid_t) -> i32 {
    let mut status = 0;
    // SAFETY: `status` is a place for the answer.
    assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
    if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -libc::WTERMSIG(status) }
}

#[thread_class]
struct Parked;

#[thread_class]
impl Parked {
    fn run(&self) {
        while !threadkit::stop_requested() {
            std::thread::park();
        }
    }
}

fn with_a_parked(f: impl FnOnce(&Thread<Parked>)) {
    let parked = Parked.start().unwrap();
    f(&parked);
    parked.request_stop();
    println!("in the parent: {:?}", parked.join());
}

fn check_child(parked: &Thread<Parked>) {
    let (main, current) = (main_thread(), current_thread());
    println!("main: {}", main == current && enumerate() == [main.clone()] && active_count() == 1);
    println!("{} {} {}", main.class_name(), main.is_alive(), main.is_daemon());
    println!("id: {}", main.native_id() == Some(u64::from(process::id())));
    println!("ident: {}", main.ident() == threadkit::get_ident());
    parked.request_stop();
    println!("lost: {} {:?} {:?}", parked.is_alive(), parked.join(), parked.value());
    println!("object: {}", parked.clone().into_object().is_err());
    println!("a new one: {:?}", spawn(|| 1 + 1).value());
    println!("failing: {}", spawn(|| panic!("in the child")).join().is_err());
    spawn(|| println!("waited for"));
}

fn fork_on_main() -> ExitCode {
    let _ = current_thread();
    with_a_parked(|parked| println!("{}", in_child(|| check_child(parked))));
    ExitCode::SUCCESS
}

fn fork_on_a_worker() -> ExitCode {
    with_a_parked(|parked| {
        let parked = parked.clone();
        println!("{}", spawn(move || in_child(|| check_child(&parked))).value().unwrap());
    });
    ExitCode::SUCCESS
}

fn fork_on_an_alien() -> ExitCode {
    with_a_parked(|parked| {
        let parked = parked.clone();
        let alien = std::thread::spawn(move || {
            let _ = current_thread();
            in_child(|| check_child(&parked))
        });
        println!("{}", alien.join().unwrap());
    });
    ExitCode::SUCCESS
}

/// The crate is asked for its threads, and has started none.
fn fork_before_any_start() -> ExitCode {
    let main = current_thread();
    let alien = std::thread::spawn(move || {
        let here = current_thread();
        in_child(|| {
            println!("{} {}", here == main_thread(), enumerate() == [here.clone()]);
            println!("{} {}", main == main_thread(), main.is_alive());
            println!("{}", here.native_id() == Some(u64::from(process::id())));
        })
    });
    println!("{}", alien.join().unwrap());
    ExitCode::SUCCESS
}

/// The child returns from main, while the parent's threads are not there.
fn fork_and_return() -> ExitCode {
    let (go, gone) = mpsc::channel::<()>();
    spawn(move || gone.recv());
    // SAFETY: as in `in_child`.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        spawn(|| println!("of the child"));
        return ExitCode::from(31);
    }
    println!("{}", wait_for(pid));
    drop(go);
    ExitCode::SUCCESS
}

fn fork_under_the_attribute() -> ExitCode {
    #[threadkit::main]
    fn main() -> ExitCode {
        fork_and_return()
    }
    main()
}

/// The child's thread is main, and its `run` returns: the process ends as when a last thread does.
fn fork_on_a_worker_under_the_attribute() -> ExitCode {
    #[threadkit::main]
    fn main() {
        let forking = spawn(|| {
            // SAFETY: as in `in_child`.
            let pid = unsafe { libc::fork() };
            if pid == 0 {
                println!("{}", main_thread() == current_thread());
                return;
            }
            println!("{}", wait_for(pid));
        });
        forking.join().unwrap();
    }
    main()
}

/// Forks while other threads start, fail, join and set hooks: no child hangs.
fn fork_many() -> ExitCode {
    threadkit::set_excepthook(|_| ());
    let churn: Vec<_> = (0..2)
        .map(|_| {
            spawn(|| {
                while !threadkit::stop_requested() {
                    threadkit::set_excepthook(|_| ());
                    let _ = spawn(|| panic!("churn")).join();
                    let _ = enumerate();
                }
            })
        })
        .collect();
    let mut codes: Vec<_> = (0..300)
        .map(|_| {
            in_child(|| {
                // Every lock that a fork waits for. No thread is started, and std's exit not called: a thread
                // that is starting in the parent may hold a lock of std's for ever that both take.
                threadkit::set_excepthook(|_| ());
                let joined = churn.iter().all(|lost| lost.join().is_ok());
                let registered = threadkit::at_shutdown(|| ()).is_ok();
                let alone = active_count() == 1 && enumerate().len() == 1;
                // SAFETY: ends the process, and touches no memory.
                unsafe { libc::_exit(if joined && registered && alone { 32 } else { 33 }) };
            })
        })
        .collect();
    churn.iter().for_each(Thread::request_stop);
    codes.dedup();
    println!("{codes:?}");
    ExitCode::SUCCESS
}

/// Forks while others ask a thread to stop, over and over: in the child it is lost, and may be asked.
fn fork_while_stopping() -> ExitCode {
    let (go, gone) = mpsc::channel::<()>();
    let deaf = spawn(move || gone.recv());
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let deaf = deaf.clone();
            spawn(move || {
                while !threadkit::stop_requested() {
                    deaf.request_stop();
                    deaf.unpark();
                }
            })
        })
        .collect();
    let ask = || {
        deaf.request_stop();
        deaf.unpark();
    };
    let mut codes: Vec<_> = (0..300).map(|_| in_child(ask)).collect();
    asking.iter().for_each(Thread::request_stop);
    drop(go);
    codes.dedup();
    println!("{codes:?}");
    ExitCode::SUCCESS
}

/// `CPython`'s issue 18418: the parent's thread begins, runs or ends at the moment of the fork.
fn fork_while_ending() -> ExitCode {
    let mut codes: Vec<_> = (0..200)
        .map(|_| {
            let thread = spawn(|| ());
            let code = in_child(|| {
                let gone = !thread.is_alive() && active_count() == 1;
                // SAFETY: ends the process, and touches no memory.
                unsafe { libc::_exit(if gone { 10 } else { 11 }) };
            });
            thread.join().unwrap();
            code
        })
        .collect();
    codes.dedup();
    println!("{codes:?}");
    ExitCode::SUCCESS
}

/// `CPython`'s issue 14308.
fn fork_beside_a_dummy() -> ExitCode {
    let (made, is_made) = mpsc::channel();
    let (go, gone) = mpsc::channel::<()>();
    let alien = std::thread::spawn(move || {
        made.send(current_thread()).unwrap();
        gone.recv().unwrap_err();
    });
    let dummy = is_made.recv().unwrap();
    let other = spawn({
        let dummy = dummy.clone();
        move || {
            println!("{}", active_count());
            in_child(|| {
                let alone = active_count() == 1 && !dummy.is_alive();
                // SAFETY: ends the process, and touches no memory.
                unsafe { libc::_exit(if alone { 10 } else { 11 }) };
            })
        }
    });
    println!("{}", other.value().unwrap());
    drop(go);
    alien.join().unwrap();
    ExitCode::SUCCESS
}

#[thread_class]
struct Brief;

#[thread_class]
impl Brief {
    fn run(&mut self) -> i32 {
        42
    }
}

/// The same for a thread that was over before the fork.
fn fork_while_asking_one_that_is_over() -> ExitCode {
    let over = Brief.start().unwrap();
    over.join().unwrap();
    let ask = |over: &Thread<Brief>| {
        over.request_stop();
        over.unpark();
        let _ = (over.value(), over.clone().into_object());
    };
    let asking: Vec<_> = (0..2)
        .map(|_| {
            let over = over.clone();
            spawn(move || {
                while !threadkit::stop_requested() {
                    ask(&over);
                }
            })
        })
        .collect();
    let mut codes: Vec<_> = (0..300).map(|_| in_child(|| ask(&over))).collect();
    asking.iter().for_each(Thread::request_stop);
    codes.dedup();
    println!("{codes:?}");
    ExitCode::SUCCESS
}

/// The child leaves a scope whose threads it does not have, and one of its own.
fn forking_scope() -> i32 {
    let go = Event::new();
    let text = String::from("lent");
    let pid = threadkit::scope(|s| {
        s.spawn(|| go.wait());
        // SAFETY: as in `in_child`.
        let pid = unsafe { libc::fork() };
        if pid == 0 {
            s.spawn(|| println!("{text} to the child's"));
        } else {
            go.set();
        }
        pid
    });
    if pid == 0 {
        let length = threadkit::scope(|s| s.spawn(|| text.len()).value());
        println!("left: {length:?}");
        process::exit(33);
    }
    wait_for(pid)
}

fn fork_in_a_scope() -> ExitCode {
    println!("{}", forking_scope());
    ExitCode::SUCCESS
}

fn fork_in_a_scope_on_a_worker() -> ExitCode {
    println!("{}", spawn(forking_scope).value().unwrap());
    ExitCode::SUCCESS
}

/// The child of a program that records has what was recorded, and goes on by itself.
fn fork_while_observed() -> ExitCode {
    let timeline = Timeline::with_capacity(50);
    let _ = sleep(Duration::ZERO);
    let churn = spawn(|| {
        while !threadkit::stop_requested() {
            let _timeline = Timeline::with_capacity(10);
            let _ = sleep(Duration::ZERO);
        }
    });
    let mut codes: Vec<_> = (0..300)
        .map(|_| {
            in_child(|| {
                on_start(|_| ());
                current_thread().set_name("in the child");
                // A moment that needs no lock but those that a fork waits for: a start, which is refused.
                assert!(Target::new(|| ()).with_stack_size(usize::MAX).start().is_err());
                let mut json = Vec::new();
                timeline.write_to(&mut json).unwrap();
                drop(Timeline::start());
                let json = String::from_utf8(json).unwrap();
                let all = ["sleep", "in the child", "start thread "]
                    .iter()
                    .all(|name| json.contains(name));
                // SAFETY: ends the process, and touches no memory; see `fork_many`.
                unsafe { libc::_exit(if all { 32 } else { 33 }) };
            })
        })
        .collect();
    churn.request_stop();
    churn.join().unwrap();
    codes.dedup();
    println!("{codes:?}");
    ExitCode::SUCCESS
}

/// Crash reporters that fork, each replaced by the next while it does.
fn fork_in_panic_hooks() -> ExitCode {
    let ended = Arc::new(Mutex::new(Vec::new()));
    let replace = |ended: &Arc<Mutex<Vec<i32>>>| {
        let ended = ended.clone();
        set_hook(Box::new(move |_| {
            let code = in_child(|| spawn(|| ()).join().unwrap());
            ended.lock().unwrap().push(code);
        }));
    };
    replace(&ended);
    spawn(|| ()).join().unwrap();
    let failing = std::thread::spawn(|| {
        for _ in 0..100 {
            let _ = catch_unwind(|| panic!("the cause"));
        }
    });
    while !failing.is_finished() {
        replace(&ended);
    }
    // A panic at the moment of a replacement is std's hook's: it may be that none came here.
    println!("{}", ended.lock().unwrap().iter().all(|code| *code == 30));
    ExitCode::SUCCESS
}

/// The watchdog looks at its threads all the time: what it asks has locks that the fork takes, too. In the child there is
/// none, until there is a thread to look after.
fn fork_while_the_watchdog_looks() -> ExitCode {
    threadkit::set_stallhook(|_| ());
    let watched = || {
        let idle = Target::new(|| sleep(Duration::MAX));
        Builder::new(idle).with_stall_after(Duration::from_millis(1)).start().unwrap()
    };
    let threads: Vec<_> = (0..32).map(|_| watched()).collect();
    let watch_anew = || {
        let child = watched();
        child.request_stop();
        child.join().unwrap();
    };
    let codes: std::collections::BTreeSet<_> = (0..50).map(|_| in_child(watch_anew)).collect();
    for thread in &threads {
        thread.request_stop();
    }
    println!("{codes:?}");
    ExitCode::SUCCESS
}
