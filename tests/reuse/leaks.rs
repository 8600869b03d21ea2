//! What one object leaves for the next on the same thread: nothing but std's.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use threadkit::{
    Event, Local, Thread, current_thread, on_stop, silent, stop_requested, thread_class,
};

use crate::{kept, one_after_the_other};

#[test]
fn each_object_is_a_thread_of_its_own() {
    enum Mark {}
    impl std::fmt::Debug for Mark {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            match *self {}
        }
    }
    let (first, second) = one_after_the_other::<Mark, _>(
        || current_thread().set_name("renamed"),
        || (current_thread(), current_thread().is_alive()),
    );
    let (second, was_alive) = second;
    assert!(was_alive && !first.is_alive() && !second.is_alive());
    assert!(first.ident() < second.ident());
    assert_eq!(first.name(), "renamed");
    assert!(second.name().starts_with("Target-"), "{}", second.name());
    assert_eq!(first.native_id(), second.native_id());
    assert!(!threadkit::enumerate().contains(&second));
}

/// Std's name is the class's, the system's follows the object.
#[test]
#[cfg(target_os = "linux")]
fn names() {
    fn names() -> (Option<String>, String, String) {
        let comm = std::fs::read_to_string("/proc/thread-self/comm").unwrap();
        let std = thread::current().name().map(str::to_owned);
        (std, comm.trim_end().to_owned(), current_thread().name().to_string())
    }
    #[derive(Debug)]
    enum Mark {}
    let (_, names) = one_after_the_other::<Mark, _>(|| current_thread().set_name("a"), names);
    let (std, system, ours) = names;
    assert_eq!(std.as_deref(), Some("Target"));
    assert!(ours.starts_with("Target-") && ours.starts_with(&system), "{ours} {system}");
}

#[test]
fn stop_requests_and_callbacks() {
    #[derive(Debug)]
    enum Mark {}
    static CALLED: AtomicUsize = AtomicUsize::new(0);
    let (first, second) = one_after_the_other::<Mark, _>(
        || {
            current_thread().request_stop();
            assert!(stop_requested());
        },
        || {
            on_stop(|| CALLED.store(1, SeqCst));
            (stop_requested(), current_thread())
        },
    );
    let (requested, second) = second;
    assert!(!requested);
    second.request_stop();
    assert_eq!(CALLED.load(SeqCst), 0, "what the thread registered goes with it");
    assert!(first.stop_requested() && second.stop_requested());
}

/// A stop of an object that is over is nothing to the next one.
#[test]
fn a_late_stop() {
    #[thread_class(reuse)]
    struct Waits(Option<(Arc<Event>, mpsc::Receiver<()>)>);

    #[thread_class]
    impl Waits {
        fn run(&mut self) -> bool {
            if let Some((ready, go)) = &self.0 {
                ready.set();
                go.recv().unwrap();
            }
            stop_requested()
        }
    }

    let first = Waits(None).start().unwrap();
    first.join().unwrap();
    let (go, wait) = mpsc::channel();
    let ready = Arc::new(Event::new());
    let second = Waits(Some((ready.clone(), wait))).start().unwrap();
    ready.wait();
    assert_eq!(first.native_id(), second.native_id());
    first.request_stop();
    go.send(()).unwrap();
    assert!(!second.value().unwrap());
}

/// Neither a token that the object left, nor one that comes through its handle, wakes the next.
///
/// That a thread sleeps, Linux alone tells.
#[cfg(target_os = "linux")]
#[test]
fn unpark_tokens() {
    use std::sync::atomic::AtomicBool;

    #[derive(Debug)]
    enum Mark {}
    static GO: AtomicBool = AtomicBool::new(false);
    let (handed, second) = mpsc::channel::<Thread>();
    let waker = thread::spawn(move || {
        let second = second.recv().unwrap();
        // If a token were left, the thread would be behind its park before this.
        while !is_asleep(&second) {
            thread::yield_now();
        }
        GO.store(true, SeqCst);
        second.unpark();
    });
    let (first, was_woken) = one_after_the_other::<Mark, _>(
        || thread::current().unpark(),
        move || {
            handed.send(current_thread()).unwrap();
            thread::park();
            GO.load(SeqCst)
        },
    );
    waker.join().unwrap();
    assert!(was_woken, "by a token of the object before");
    first.unpark();
}

/// Whether the system says that the thread sleeps, or it is over.
#[cfg(target_os = "linux")]
fn is_asleep(thread: &Thread) -> bool {
    let id = thread.native_id().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/self/task/{id}/stat"));
    !thread.is_alive() || stat.is_ok_and(|stat| stat.contains(") S "))
}

#[test]
fn an_unpark_through_the_handle_of_an_object_that_is_over() {
    #[derive(Debug)]
    enum Mark {}
    let (send, receive) = mpsc::channel::<Thread>();
    let (first, ()) = one_after_the_other::<Mark, _>(|| (), || ());
    let third = kept(move || {
        let first: Thread = receive.recv().unwrap();
        first.unpark();
        let begun = std::time::Instant::now();
        thread::park_timeout(Duration::from_millis(20));
        (0, None::<Mark>, Some(begun.elapsed() >= Duration::from_millis(20)))
    });
    let third = third.start().unwrap();
    send.send(first).unwrap();
    assert_eq!(third.value().unwrap().2, Some(true), "it slept for the whole time");
}

struct Counted;

static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl Drop for Counted {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, SeqCst);
    }
}

threadkit::local! {
    static PLAIN: Cell<u32> = const { Cell::new(7) };
    static LAZY: Cell<u32> = Cell::new(8);
    static OWNED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    static DROPS: RefCell<Option<Counted>> = RefCell::new(None);
    #[inherit]
    static INHERITED: Cell<u32> = Cell::new(1);
}

/// Values of each kind, in the state of a new thread for each object, again and again.
#[test]
fn locals() {
    static SHARED: std::sync::OnceLock<Local<Cell<u32>>> = std::sync::OnceLock::new();
    let shared = || SHARED.get_or_init(|| Local::new(|| Cell::new(9)));
    let use_all = move || {
        let found = (PLAIN.get(), LAZY.get(), OWNED.take(), shared().get(), INHERITED.get());
        PLAIN.set(70);
        LAZY.set(80);
        OWNED.set(vec![1]);
        DROPS.set(Some(Counted));
        shared().set(90);
        INHERITED.set(10);
        found
    };
    INHERITED.set(5);
    let native_ids = (1..=4).map(|round| {
        let thread = kept(move || (use_all(), stringify!(locals))).start().unwrap();
        thread.join().unwrap();
        assert_eq!(DROPPED.load(SeqCst), round, "dropped before the join returns");
        assert_eq!(thread.value().unwrap().0, (7, 8, vec![], 9, 5));
        thread.native_id()
    });
    let native_ids: std::collections::HashSet<_> = native_ids.collect();
    assert_eq!(native_ids.len(), 1);
}

/// The values of objects that are over are in no list, though their threads go on.
#[test]
fn values_of_a_local_are_those_of_live_threads() {
    let listed = Arc::new(Local::new(|| 1_u32));
    let seen = || {
        let mut seen = 0;
        listed.for_each(|value| seen += value);
        seen
    };
    for _ in 0..3 {
        let (go, wait) = mpsc::channel::<()>();
        let (say, found) = mpsc::channel();
        let theirs = listed.clone();
        let thread = kept(move || {
            say.send(theirs.with(|value| *value)).unwrap();
            (wait.recv().is_err(), "listed")
        });
        let thread = thread.start().unwrap();
        assert_eq!((found.recv(), seen()), (Ok(1), 1));
        drop(go);
        thread.join().unwrap();
        assert_eq!(seen(), 0);
    }
}

/// What is used for the first time while another value is destroyed is as new for the next object, too.
#[test]
fn locals_of_destructors() {
    threadkit::local! {
        static COUNT: Cell<u32> = const { Cell::new(0) };
        static LATE: RefCell<Vec<u32>> = RefCell::new(Vec::new());
        static FIRST: RefCell<Option<Uses>> = RefCell::new(None);
    }
    struct Uses(mpsc::Sender<(u32, usize)>);
    impl Drop for Uses {
        fn drop(&mut self) {
            COUNT.set(COUNT.get() + 1);
            LATE.with_borrow_mut(|late| late.push(1));
            self.0.send((COUNT.get(), LATE.with_borrow(Vec::len))).unwrap();
        }
    }
    let (send, found) = mpsc::channel();
    for _ in 0..3 {
        let send = send.clone();
        let thread = kept(move || {
            FIRST.set(Some(Uses(send)));
            [0_u8; 3]
        });
        thread.start().unwrap().join().unwrap();
        assert_eq!(found.try_recv(), Ok((1, 1)));
    }
}

#[test]
fn daemon_flags() {
    #[thread_class(reuse)]
    struct Asks;

    #[thread_class]
    impl Asks {
        fn run(&self) -> bool {
            current_thread().is_daemon()
        }
    }

    for daemon in [true, false, true] {
        assert_eq!(Asks.with_daemon(daemon).start().unwrap().value().unwrap(), daemon);
    }
}

/// How the object ended is its own: by a panic, by `exit_thread`, by an `Err`.
#[test]
fn ends() {
    #[thread_class(reuse, excepthook = silent)]
    struct Ends(u32);

    #[thread_class]
    impl Ends {
        fn run(&self) -> Result<u32, String> {
            match self.0 {
                1 => panic!("on purpose"),
                2 => threadkit::exit_thread(),
                3 => Err("on purpose".into()),
                number => Ok(number),
            }
        }
    }

    let threads: Vec<_> = [0, 1, 4, 2, 5, 3, 6].map(Ends).map(Ends::start).into_iter().collect();
    drop(threads);
    let one = Ends(0).start().unwrap();
    one.join().unwrap();
    let panicked = Ends(1).start().unwrap();
    assert!(panicked.join().unwrap_err().is_panic());
    assert_eq!(Ends(4).start().unwrap().value().unwrap(), Ok(4));
    let left = Ends(2).start().unwrap();
    left.join().unwrap();
    assert!(matches!(left.value(), Err(threadkit::JoinError::NoValue)));
    let failed = Ends(3).start().unwrap();
    assert!(!failed.join().unwrap_err().is_panic());
    let last = Ends(6).start().unwrap();
    last.join().unwrap();
    assert_eq!(last.value().unwrap(), Ok(6));
}

/// What a panic left to be said does not come to the excepthook of the next object, nor does its place.
#[test]
fn panics_that_were_caught() {
    static PLACES: std::sync::Mutex<Vec<Option<String>>> = std::sync::Mutex::new(Vec::new());

    fn note(args: &threadkit::ExceptHookArgs<'_>) {
        let place = args.exception.location().map(|location| location.to_string());
        PLACES.lock().unwrap().push(place);
    }

    #[thread_class(reuse, excepthook = note)]
    struct Raises(bool);

    #[thread_class]
    impl Raises {
        fn run(&self) {
            if self.0 {
                let caught = std::panic::catch_unwind(|| panic!("the same words"));
                drop(caught);
            } else {
                // Past the hook: no place is known of it.
                std::panic::resume_unwind(Box::new("the same words"));
            }
        }
    }

    Raises(true).start().unwrap().join().unwrap();
    Raises(false).start().unwrap().join().unwrap_err();
    assert_eq!(*PLACES.lock().unwrap(), [None]);
}

#[test]
fn readiness() {
    #[thread_class(reuse)]
    struct Ready(bool);

    #[thread_class]
    impl Ready {
        fn run(&self) {
            if self.0 {
                threadkit::ready();
            }
        }
    }

    use threadkit::{Builder, NotReady};
    assert!(Builder::new(Ready(true)).start_ready().is_ok());
    assert!(matches!(Builder::new(Ready(false)).start_ready(), Err(NotReady::Ended(Ok(())))));
}
