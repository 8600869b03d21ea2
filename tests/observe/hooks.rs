//! `on_start` and `on_exit`. Hooks stay for the life of the process: each test has its own mark, and looks
//! at its own threads.

use std::cell::RefCell;
use std::panic::panic_any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use threadkit::{
    ExceptHookArgs, JoinError, ThreadId, current_thread, exit_thread, on_exit, on_start, scope,
    spawn, thread_class,
};

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn add(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Has a hook of either kind write to the log on the threads of this name.
    fn on_start(&self, name: &'static str, what: &'static str) {
        let log = self.clone();
        on_start(move |thread| {
            if thread.name() == name {
                log.add(what);
            }
        });
    }

    fn on_exit(&self, name: &'static str, what: &'static str) {
        let log = self.clone();
        on_exit(move |thread| {
            if thread.name() == name {
                log.add(what);
            }
        });
    }
}

/// Writes to the log when it is dropped.
struct Witness(Log, &'static str);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

thread_local! {
    static STD: RefCell<Vec<Witness>> = const { RefCell::new(Vec::new()) };
}

threadkit::local! {
    static LOCAL: RefCell<Vec<Witness>> = RefCell::new(Vec::new());
}

fn log_failure(args: &ExceptHookArgs<'_>) {
    let hooks = args.exception.message() == "a hook";
    let what = if hooks { "a hook failed" } else { "the failure" };
    STD.with_borrow(|witnesses| witnesses[0].0.add(what));
}

#[thread_class(name = "whole life", excepthook = log_failure)]
struct WholeLife {
    log: Log,
    _object: Witness,
}

#[thread_class]
impl WholeLife {
    fn run(self) {
        self.log.add("run");
        LOCAL.with_borrow_mut(|local| local.push(Witness(self.log.clone(), "local")));
        STD.with_borrow_mut(|local| local.push(Witness(self.log.clone(), "std's local")));
        panic!("of run");
    }
}

#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn hooks_are_the_first_and_the_last_of_a_life() {
    let log = Log::default();
    log.on_start("whole life", "start 1");
    log.on_start("whole life", "start 2");
    log.on_exit("whole life", "exit 1");
    log.on_exit("whole life", "exit 2");
    on_exit(|thread| {
        if thread.name() == "whole life" {
            assert_eq!(LOCAL.with_borrow(Vec::len) + STD.with_borrow(Vec::len), 2);
        }
    });
    let thread = WholeLife { log: log.clone(), _object: Witness(log.clone(), "object") }.start();
    assert!(matches!(thread.unwrap().join(), Err(JoinError::Failed(_))));
    let life = [
        "start 1",
        "start 2",
        "run",
        "object",
        "the failure",
        "exit 2",
        "exit 1",
        "local",
        "std's local",
    ];
    assert_eq!(log.take(), life);
}

#[test]
fn hooks_run_on_the_thread_itself_and_once() {
    let calls: Arc<Mutex<Vec<(ThreadId, ThreadId)>>> = Arc::default();
    let (started, exited) = (calls.clone(), calls.clone());
    on_start(move |thread| {
        started.lock().unwrap().push((thread.ident(), current_thread().ident()));
    });
    on_exit(move |thread| {
        assert!(thread.is_alive());
        exited.lock().unwrap().push((thread.ident(), current_thread().ident()));
    });
    let free = spawn(|| ());
    free.join().unwrap();
    let scoped = scope(|s| s.spawn(|| ()).to_thread());
    // On a dummy there is nothing to begin, and the main thread has begun long before.
    let dummy = std::thread::spawn(|| current_thread().ident()).join().unwrap();
    let calls = calls.lock().unwrap();
    let of = |ident| calls.iter().filter(|(subject, _)| *subject == ident).count();
    assert_eq!([of(free.ident()), of(scoped.ident()), of(dummy)], [2, 2, 0]);
    assert_eq!(of(threadkit::main_thread().ident()), 0);
    assert!(calls.iter().all(|(subject, current)| subject == current));
}

#[thread_class(name = "unlucky", excepthook = log_failure)]
struct Unlucky(Log);

#[thread_class]
impl Unlucky {
    fn run(&self) -> u32 {
        self.0.add("run");
        7
    }
}

#[test]
#[cfg_attr(threadkit_reuse, ignore = "std's thread-locals outlive the object")]
fn a_hook_that_panics_is_reported_and_ends_nothing_else() {
    let log = Log::default();
    let keep = log.clone();
    on_start(move |thread| {
        if thread.name() == "unlucky" {
            STD.with_borrow_mut(|local| local.push(Witness(keep.clone(), "over")));
            panic_any("a hook");
        }
    });
    log.on_start("unlucky", "start");
    on_start(|thread| {
        if thread.name() == "unlucky" {
            exit_thread()
        }
    });
    log.on_exit("unlucky", "exit");
    on_exit(|thread| {
        assert!(thread.name() != "unlucky", "a {}", "hook");
    });
    let thread = Unlucky(log.clone()).start().unwrap();
    assert_eq!(thread.value().unwrap(), 7);
    assert!(thread.join().is_ok(), "the thread has not failed");
    let life = ["a hook failed", "start", "run", "a hook failed", "exit", "over"];
    assert_eq!(log.take(), life);
}

#[test]
fn a_hook_may_register_hooks_and_start_threads() {
    let log = Log::default();
    let inner = log.clone();
    on_start(move |thread| {
        if thread.name() == "busy" {
            inner.on_exit("busy", "a hook of a hook");
            let child =
                threadkit::Target::new(|| 1).with_name("a child of a hook").start().unwrap();
            assert_eq!(child.value().unwrap(), 1);
            inner.add("the hook");
        }
    });
    let busy = threadkit::Target::new(|| ()).with_name("busy").start().unwrap();
    busy.join().unwrap();
    assert_eq!(log.take(), ["the hook", "a hook of a hook"]);
}

/// 100,000 threads (times `THREADKIT_STRESS`) start while hooks are registered: each calls those that were there when it was started,
/// in order and once, and leaves by those that were there when it began, at least.
#[test]
fn registering_races_with_starting() {
    const HOOKS: usize = 50;
    /// When it began, and when it left.
    type Called = (Vec<usize>, Vec<usize>);
    static REGISTERED: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static CALLED: RefCell<Called> = const { RefCell::new((Vec::new(), Vec::new())) };
    }

    // Threads of other tests come by, too, and where threads are kept, what they leave would be the next racer's.
    let if_racer = |thread: &threadkit::Thread, note: &dyn Fn(&mut Called)| {
        if thread.name() == "racer" {
            CALLED.with_borrow_mut(note);
        }
    };
    let (tick, ticks) = mpsc::channel();
    let registrar = std::thread::spawn(move || {
        for number in ticks {
            on_start(move |thread| if_racer(thread, &|called| called.0.push(number)));
            on_exit(move |thread| if_racer(thread, &|called| called.1.push(number)));
            REGISTERED.store(number + 1, Ordering::Release);
        }
    });
    // Registered first, so called last.
    let (verdict, verdicts) = mpsc::sync_channel(1);
    on_exit(move |thread| {
        if thread.name() == "racer" {
            let _ = verdict.send(CALLED.take());
        }
    });
    let starts = threadkit_tests::rounds(2_000);
    for start in 0..HOOKS * starts {
        if start % starts == 0 {
            tick.send(start / starts).unwrap();
        }
        let before = REGISTERED.load(Ordering::Acquire);
        let racer = threadkit::Target::new(|| ()).with_name("racer").start().unwrap();
        let (begun, left) = verdicts.recv().unwrap();
        assert!(begun.len() >= before && begun.iter().copied().eq(0..begun.len()), "{begun:?}");
        assert!(left.len() >= before && left.iter().copied().eq((0..left.len()).rev()), "{left:?}");
        racer.join().unwrap();
    }
    drop(tick);
    registrar.join().unwrap();
    assert_eq!(REGISTERED.load(Ordering::Relaxed), HOOKS);
}
