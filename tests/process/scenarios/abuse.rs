//! What panics when it is dropped: payloads, values, objects, locals, closures. Nothing aborts.

use std::cell::RefCell;
use std::future::IntoFuture as _;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::pin;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::task::{Context, Wake, Waker};

use threadkit::{Local, Target, on_stop, set_excepthook, spawn, take_excepthook, thread_class};

crate::scenarios! {
    payloads, values, objects, locals, callbacks_dropped, hooks_dropped, endless_payload,
    started_by_aliens, closures, hook_takes_itself, wakers_dropped,
}

/// Says so, and panics, when it is dropped.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        println!("drop {}", self.0);
        panic!("bomb");
    }
}

/// Waits for a thread of which only an erased handle is left, which owns neither object nor value.
fn detached(thread: threadkit::Builder<Target<impl Send + 'static>>, daemon: bool) {
    let erased = thread.with_daemon(daemon).start().unwrap().to_thread();
    let _ = erased.join();
}

fn target<R: Send + 'static>(
    f: impl FnOnce() -> R + Send + 'static,
) -> threadkit::Builder<Target<R>> {
    threadkit::Builder::new(Target::new(f))
}

fn payloads() -> ExitCode {
    let joined = spawn(|| panic_any(Bomb("joined")));
    println!("{}", joined.join().is_err());
    drop(joined);
    detached(target(|| panic_any(Bomb("detached"))), false);
    detached(target(|| panic_any(Bomb("daemon"))), true);
    ExitCode::SUCCESS
}

fn values() -> ExitCode {
    let joined = spawn(|| Bomb("joined"));
    println!("{}", joined.join().is_ok());
    drop(joined);
    detached(target(|| Bomb("detached")), false);
    detached(target(|| Bomb("daemon")), true);
    ExitCode::SUCCESS
}

#[thread_class]
struct Shared(#[allow(dead_code, reason = "it is there to be dropped")] Bomb);

#[thread_class]
impl Shared {
    fn run(&self) {}
}

#[thread_class]
struct Exclusive(#[allow(dead_code, reason = "it is there to be dropped")] Bomb);

#[thread_class]
impl Exclusive {
    fn run(&mut self) {}
}

#[thread_class]
struct Consumed(#[allow(dead_code, reason = "it is there to be dropped")] Bomb);

#[thread_class]
impl Consumed {
    fn run(self) {}
}

fn objects() -> ExitCode {
    println!("{}", Shared(Bomb("shared")).start().unwrap().join().is_ok());
    println!("{}", Exclusive(Bomb("exclusive")).start().unwrap().join().is_ok());
    println!("{}", Consumed(Bomb("consumed")).start().unwrap().join().is_err());
    ExitCode::SUCCESS
}

fn locals() -> ExitCode {
    threadkit::local! { static KEY: RefCell<Option<Bomb>> = const { RefCell::new(None) }; }
    static INSTANCE: std::sync::LazyLock<Local<RefCell<Option<Bomb>>>> =
        std::sync::LazyLock::new(|| Local::new(|| RefCell::new(None)));
    let set = |name| {
        KEY.set(Some(Bomb(name)));
        INSTANCE.with(|instance| *instance.borrow_mut() = Some(Bomb(name)));
    };
    println!("{}", spawn(move || set("joined")).join().is_err());
    detached(target(move || set("detached")), false);
    detached(target(move || set("daemon")), true);
    ExitCode::SUCCESS
}

/// Callbacks that are never called go with the thread's last handle, wherever that goes.
fn callbacks_dropped() -> ExitCode {
    let kept = Bomb("kept");
    let thread = spawn(move || on_stop(move || drop(kept)));
    thread.join().unwrap();
    drop(thread);
    detached(
        target(|| {
            let bomb = Bomb("detached");
            on_stop(move || drop(bomb));
        }),
        false,
    );
    let bomb = Bomb("called");
    let thread = spawn(move || on_stop(move || drop(bomb)));
    thread.join().unwrap();
    thread.request_stop();
    println!("still here");
    ExitCode::SUCCESS
}

fn hooks_dropped() -> ExitCode {
    let bomb = Bomb("hook");
    threadkit::set_excepthook(move |_| {
        let _ = &bomb;
        // The failing thread holds the last of it from here on.
        threadkit::set_excepthook(|_| ());
    });
    println!("{}", spawn(|| panic!("the cause")).join().is_err());
    ExitCode::SUCCESS
}

/// Each of its payloads panics with another.
fn endless_payload() -> ExitCode {
    struct Endless;
    impl Drop for Endless {
        fn drop(&mut self) {
            panic_any(Self);
        }
    }
    detached(target(|| panic_any(Endless)), false);
    let thread = spawn(|| Endless);
    println!("{}", thread.join().is_ok());
    drop(thread);
    println!("still here");
    ExitCode::SUCCESS
}

fn started_by_aliens() -> ExitCode {
    let alien = std::thread::spawn(|| {
        let thread = spawn(|| panic_any(Bomb("of an alien")));
        thread.join().is_err()
    });
    println!("{}", alien.join().unwrap());
    ExitCode::SUCCESS
}

/// What a refused start drops, and a closure that was never called.
fn closures() -> ExitCode {
    let bomb = Bomb("refused");
    let thread = Target::new(move || drop(bomb)).with_stack_size(usize::MAX / 2);
    let refused = thread.try_start().unwrap_err();
    let again = refused.into_builder().with_stack_size(64 * 1024).start().unwrap();
    println!("{}", again.join().is_err());
    ExitCode::SUCCESS
}

/// The last of the hook goes while it unwinds.
fn hook_takes_itself() -> ExitCode {
    let captured = Bomb("hook");
    set_excepthook(move |_| {
        let _ = &captured;
        drop(take_excepthook());
        panic!("of the hook");
    });
    println!("{}", spawn(|| panic!("the cause")).join().is_err());
    ExitCode::SUCCESS
}

/// A future that is dropped while unwinding has the last of its waker.
fn wakers_dropped() -> ExitCode {
    struct Waking(#[allow(dead_code, reason = "it is there to be dropped")] Bomb);
    impl Wake for Waking {
        fn wake(self: Arc<Self>) {}
    }
    let (end, wait) = mpsc::channel::<()>();
    let thread = spawn(move || wait.recv().is_err());
    let unwinding = catch_unwind(AssertUnwindSafe(|| {
        let mut future = pin!((&thread).into_future());
        let waker = Waker::from(Arc::new(Waking(Bomb("waker"))));
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        panic!("of main");
    }));
    println!("{}", unwinding.is_err());
    drop(end);
    println!("{:?}", thread.value());
    ExitCode::SUCCESS
}
