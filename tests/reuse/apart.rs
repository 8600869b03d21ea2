//! Threads that are not kept, or not for long; and what is the user's after the end of an object.

use std::cell::RefCell;
use std::future::IntoFuture;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Wake, Waker};

use threadkit::{Builder, Target, get_native_id, silent, thread_class};

/// Says when the thread of the system ends, which destroys std's thread-locals.
struct Ends(mpsc::Sender<()>);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

thread_local! {
    static ENDS: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

#[thread_class(reuse, excepthook = silent)]
struct Marred(mpsc::Sender<()>, bool);

#[thread_class]
impl Marred {
    fn run(&self) -> u64 {
        struct Panics(bool);
        impl Drop for Panics {
            fn drop(&mut self) {
                assert!(!self.0, "on purpose");
            }
        }
        threadkit::local! {
            static VALUE: RefCell<Option<Panics>> = RefCell::new(None);
        }
        ENDS.set(Some(Ends(self.0.clone())));
        VALUE.set(Some(Panics(self.1)));
        get_native_id()
    }
}

/// A thread-local that panicked in its end: the thread ends, before its object is over.
#[test]
fn a_thread_in_doubt_is_not_kept() {
    let (ends, ended) = mpsc::channel();
    Marred(ends.clone(), false).start().unwrap().join().unwrap();
    assert!(ended.try_recv().is_err(), "it is kept");
    assert!(Marred(ends, true).start().unwrap().join().is_err());
    assert_eq!(ended.try_recv(), Ok(()), "it has ended");
}

#[test]
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "std has no signals")]
fn a_thread_with_other_signals_blocked_is_not_kept() {
    let (ends, ended) = mpsc::channel();
    let blocks = Builder::new(Target::new(move || {
        ENDS.set(Some(Ends(ends)));
        let mut set = std::mem::MaybeUninit::zeroed();
        // SAFETY: it initialises the set.
        unsafe { libc::sigemptyset(set.as_mut_ptr()) };
        // SAFETY: the set is initialised.
        unsafe { libc::sigaddset(set.as_mut_ptr(), libc::SIGUSR2) };
        // SAFETY: as before; nobody asks for the mask that was.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), std::ptr::null_mut()) };
        "blocks"
    }));
    blocks.with_reuse(true).start().unwrap().join().unwrap();
    assert_eq!(ended.try_recv(), Ok(()));
}

/// Waits where it is told to.
#[thread_class(reuse)]
struct Next(Option<mpsc::Receiver<()>>);

#[thread_class]
impl Next {
    fn run(self) -> u64 {
        self.0.map(|wait| wait.recv());
        get_native_id()
    }
}

/// Starts an object of the class that has just ended, and waits for it, where that end wakes it.
struct Restarts(mpsc::Sender<bool>);

impl Wake for Restarts {
    fn wake(self: Arc<Self>) {
        let next = Next(None).start().unwrap().value().unwrap();
        self.0.send(next != get_native_id()).unwrap();
    }
}

/// A waker runs on the thread that has ended, and may wait for another object of the class: it has another thread.
#[test]
fn a_waker_may_start_and_join() {
    let (send, restarted) = mpsc::channel();
    for _ in 0..3 {
        let (go, wait) = mpsc::channel::<()>();
        let waker = Waker::from(Arc::new(Restarts(send.clone())));
        let thread = Next(Some(wait)).start().unwrap();
        let mut future = pin!(thread.clone().into_future());
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        drop(go);
        assert!(restarted.recv().unwrap());
        thread.join().unwrap();
        assert!(matches!(future.poll(&mut Context::from_waker(&waker)), Poll::Ready(_)));
    }
}

/// What the record of a thread keeps goes with its last handle, which may be the thread's own: it may start and join, too.
#[test]
fn a_callback_that_goes_last_may_start_and_join() {
    struct Joins(mpsc::Sender<u64>);
    impl Drop for Joins {
        fn drop(&mut self) {
            self.0.send(Next(None).start().unwrap().value().unwrap()).unwrap();
        }
    }
    let (send, joined) = mpsc::channel();
    for _ in 0..3 {
        let (go, wait) = mpsc::channel();
        let joins = Joins(send.clone());
        let owner = Builder::new(Next(Some(wait))).on_stop(move || drop(joins)).start().unwrap();
        drop(owner);
        go.send(()).unwrap();
        joined.recv().unwrap();
    }
}

/// Of a thread that is over nothing is called once its end is told, so what it does next is nobody's.
#[test]
fn objects_come_while_others_end() {
    let starters: Vec<_> = (0..3)
        .map(|_| {
            threadkit::spawn(|| {
                for _ in 0..2_000 {
                    assert_ne!(Next(None).start().unwrap().value().unwrap(), 0);
                }
                2_000
            })
        })
        .collect();
    let total: u64 = starters.into_iter().map(|starter| starter.value().unwrap()).sum();
    assert_eq!(total, 6_000);
}
