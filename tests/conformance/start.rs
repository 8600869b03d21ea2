//! Starting: callables, class options, stacks, and a system that refuses: s03, s05, s12, s14, s16.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};

use threadkit::{
    Target, current_thread, enumerate, get_ident, get_native_id, main_thread, spawn, thread_class,
};

/// Python: the target is called with the arguments, whatever its truth value (`test_args_argument`,
/// `test_boolean_target`).
/// Here: `Target::new(f)` and `spawn(f)` call `f` with what it captures.
#[test]
fn s03_a_target_is_called_with_what_it_captures() {
    let (list, flag) = (vec![1, 2, 3], false);
    let thread = Target::new(move || (list.iter().sum::<i32>(), flag)).start().unwrap();
    assert_eq!(thread.value().unwrap(), (6, false));
    assert_eq!(spawn(|| "spawned").value().unwrap(), "spawned");
}

#[thread_class(daemon)]
struct Daemon;

#[thread_class]
impl Daemon {
    fn run(&self) -> bool {
        current_thread().is_daemon()
    }
}

#[thread_class(daemon = false)]
struct Worker;

#[thread_class]
impl Worker {
    fn run(&self) -> bool {
        spawn(|| current_thread().is_daemon()).value().unwrap()
    }
}

/// Here: `with_daemon` on the object wins over the class option, which wins over the starter.
#[test]
fn s05_object_before_class_before_starter() {
    let daemon = Daemon.start().unwrap();
    assert!(daemon.is_daemon() && daemon.value().unwrap());
    assert!(!Daemon.with_daemon(false).start().unwrap().is_daemon());
    // The class's option wins over the libtest thread, which is a daemon; what it starts inherits.
    let worker = Worker.start().unwrap();
    assert!(!worker.is_daemon() && !worker.value().unwrap());
    assert!(spawn(|| ()).is_daemon(), "of an alien thread");
}

/// Python: where the system refuses a thread, `start` raises and nothing is left in limbo
/// (`test_limbo_cleanup`).
/// Here: an `io::Error`, nothing in `enumerate`; `try_start` gives the object back, and starting it
/// again works.
#[test]
fn s12_a_refused_thread_leaves_nothing_behind_and_a_retry_works() {
    let before_drop = Arc::new(());
    let token = Arc::clone(&before_drop);
    let target = Target::new(move || Arc::strong_count(&token)).with_name("refused-12");
    let refused = target.with_stack_size(usize::MAX / 2).try_start().unwrap_err();
    assert!(!enumerate().iter().any(|thread| thread.name() == "refused-12"));
    assert_eq!(Arc::strong_count(&before_drop), 2, "the object came back");
    let again = refused.into_builder().with_stack_size(64 * 1024).start().unwrap();
    assert_eq!(again.name(), "refused-12", "and its configuration");
    assert_eq!(again.value().unwrap(), 2);
    // Dropped: nothing of the refused attempt holds the object.
    drop(again);
    assert_eq!(Arc::strong_count(&before_drop), 1);
    let error = Target::new(|| ()).with_stack_size(usize::MAX / 2).start().unwrap_err();
    assert!(error.raw_os_error().is_some(), "{error:?}");
}

/// Python: `ident` and `native_id` are `None` before the start, differ by thread, and are kept
/// after the end (`test_various_ops`).
/// Here: `ident` from the start, `native_id` from the beginning of the thread, both kept after the
/// end; idents are never given again.
#[test]
fn s14_identities() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = spawn(move || {
        wait.recv().unwrap();
        (get_ident(), get_native_id(), current_thread().ident())
    });
    let ident = thread.ident();
    assert_ne!(ident, get_ident());
    go.send(()).unwrap();
    let (own, native, current) = thread.value().unwrap();
    assert_eq!((ident, ident), (own, current));
    assert_eq!(thread.native_id(), Some(native), "known since the thread began");
    assert_eq!(thread.ident(), ident, "kept after the end");
    assert_ne!(spawn(|| ()).ident(), ident, "never given again");
}

/// Here: main and dummies have idents and native ids, too.
#[test]
fn s14_of_main_and_of_threads_not_started_here() {
    let main = main_thread();
    assert_ne!(main.ident(), get_ident());
    let own = || (current_thread().ident(), get_native_id());
    let alien = std::thread::spawn(own).join().unwrap();
    assert_ne!(alien, own(), "libtest's thread is one, too");
    assert_eq!(current_thread().native_id(), Some(get_native_id()));
    // As many ids as there are threads alive at once.
    let all_here = Arc::new(Barrier::new(10));
    let threads: Vec<_> = (0..10)
        .map(|_| {
            let all_here = Arc::clone(&all_here);
            spawn(move || {
                all_here.wait();
                let id = get_native_id();
                all_here.wait();
                id
            })
        })
        .collect();
    let natives: HashSet<_> = threads.iter().map(|thread| thread.value().unwrap()).collect();
    let idents: HashSet<_> = threads.iter().map(threadkit::Thread::ident).collect();
    assert_eq!((natives.len(), idents.len()), (10, 10));
}

/// Uses about `bytes` of the stack.
fn use_stack(bytes: usize) -> usize {
    let page = std::hint::black_box([1_u8; 4096]);
    let below = if bytes > page.len() { use_stack(bytes - page.len()) } else { 0 };
    below + usize::from(page[bytes % page.len()])
}

/// Python: `stack_size` takes small and large sizes and refuses invalid ones
/// (`test_various_ops_small_stack`, `test_various_ops_large_stack`).
/// Here: `with_stack_size`: a size too small is rounded up, an impossible one is an error of
/// `start`.
#[test]
fn s16_small_and_large_stacks() {
    for size in [1, 4096, 16 * 1024, 256 * 1024] {
        let thread = Target::new(|| 1).with_stack_size(size).start().unwrap();
        assert_eq!(thread.value().unwrap(), 1, "a small one is rounded up");
    }
    // More than std's default of 2 MiB holds, in a debug build too.
    let deep = Target::new(|| use_stack(16 << 20) > 0).with_stack_size(256 << 20);
    assert!(deep.start().unwrap().value().unwrap());
    for impossible in [usize::MAX, usize::MAX - 4096, usize::MAX / 2] {
        let begun = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&begun);
        let target = Target::new(move || theirs.store(true, Ordering::SeqCst)); // SeqCst: a test
        target.with_stack_size(impossible).start().unwrap_err();
        assert!(!begun.load(Ordering::SeqCst));
    }
}
