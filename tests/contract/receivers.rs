//! `run` and its receiver.

use std::cell::Cell;
use std::fmt::{self, Display};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, mpsc};

use threadkit::{ExceptionKind, JoinError, Target, Thread, current_thread, thread_class};

#[thread_class]
struct Shared {
    hits: AtomicU32,
    pub label: &'static str,
}

#[thread_class]
impl Shared {
    fn hit(&self) -> u32 {
        self.hits.fetch_add(1, Ordering::Relaxed)
    }

    fn run(&self) {
        let this: Thread<Self> = current_thread().downcast::<Self>().unwrap();
        assert_eq!(this.label, self.label);
        self.hit();
    }
}

#[test]
fn a_shared_object_is_reached_through_the_handle() {
    let thread = Shared { hits: AtomicU32::new(0), label: "l" }.start().unwrap();
    thread.hit();
    assert_eq!(thread.label, "l");
    let object: &Shared = &thread;
    object.hit();
    thread.join().unwrap();
    let other = thread.clone();
    let Err(thread) = thread.into_object() else { panic!("another typed handle lives") };
    drop(other);
    let erased = thread.to_thread();
    let object = thread.into_object().expect("erased handles do not count");
    assert_eq!(object.hits.into_inner(), 3);
    assert!(erased.is::<Shared>());
    assert!(erased.downcast::<Shared>().is_err());
}

/// Neither the inbox nor the handler is `Sync`.
#[thread_class]
struct Owned<F: FnMut(u32) + Send + 'static> {
    inbox: mpsc::Receiver<u32>,
    seen: Cell<u32>,
    handler: F,
}

#[thread_class]
impl<F: FnMut(u32) + Send + 'static> Owned<F> {
    fn run(&mut self) -> u32 {
        for n in self.inbox.iter() {
            self.seen.set(self.seen.get() + 1);
            (self.handler)(n);
        }
        self.seen.get()
    }
}

#[test]
fn an_owned_object_is_handed_back() {
    let (outbox, inbox) = mpsc::channel();
    let (log, logged) = mpsc::channel();
    let handler = move |n| log.send(n).unwrap();
    let thread = Owned { inbox, seen: Cell::new(0), handler }.start().unwrap();
    let second = thread.clone();
    outbox.send(1).unwrap();
    outbox.send(2).unwrap();
    drop(outbox);
    let object = thread.into_object().expect("the first caller has it");
    assert_eq!(object.seen.get(), 2);
    assert_eq!(logged.try_iter().collect::<Vec<_>>(), [1, 2]);
    assert!(second.clone().into_object().is_err());
    assert_eq!(second.value().unwrap(), 2);
}

#[test]
fn an_owned_object_comes_back_after_a_panic() {
    #[thread_class(excepthook = threadkit::silent)]
    struct Fails(Vec<u8>);

    #[thread_class]
    impl Fails {
        fn run(&mut self) {
            self.0.push(1);
            panic!("no");
        }
    }
    let thread = Fails(Vec::new()).start().unwrap();
    assert!(thread.join().is_err());
    assert_eq!(thread.into_object().ok().unwrap().0, [1]);
}

#[thread_class]
struct Consumed {
    parts: Vec<String>,
}

#[thread_class]
impl Consumed {
    fn run(mut self) -> String {
        self.parts.push(String::new());
        self.parts.into_iter().collect()
    }
}

#[test]
fn a_consumed_object_becomes_its_value() {
    let thread = Consumed { parts: vec!["a".into(), "b".into()] }.start().unwrap();
    assert_eq!(thread.value().unwrap(), "ab");
    assert!(matches!(thread.value(), Err(JoinError::NoValue)));
    thread.join().unwrap();
}

#[test]
fn no_receiver_needs_the_object_to_be_debug_or_clone() {
    #[thread_class]
    struct Opaque(Mutex<Box<dyn FnMut() + Send>>);

    #[thread_class]
    impl Opaque {
        fn run(&self) {
            (self.0.lock().unwrap())();
        }
    }
    Opaque(Mutex::new(Box::new(|| ()))).start().unwrap().join().unwrap();
}

type Alias = Result<u8, String>;
type Outcome<T> = io::Result<T>;

#[derive(Debug)]
enum Mine {
    Bad,
}

impl Display for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mine is bad")
    }
}

impl std::error::Error for Mine {}

macro_rules! failing {
    ($name:ident, $output:ty, $body:expr, $message:expr) => {{
        #[thread_class(excepthook = threadkit::silent)]
        struct $name;

        #[thread_class]
        impl $name {
            fn run(&self) -> $output {
                $body
            }
        }
        let thread = $name.start().unwrap();
        let error = thread.join().unwrap_err();
        let exception = error.exception().expect("a failure");
        assert_eq!(exception.kind(), ExceptionKind::Error);
        assert_eq!(exception.message(), $message);
        assert_eq!(error.to_string(), exception.to_string());
        assert!(thread.value().unwrap().is_err());
    }};
}

#[test]
fn an_err_is_a_failure_under_every_name() {
    failing!(A, Alias, Err("alias".into()), "alias");
    failing!(B, Outcome<()>, Err(io::Error::other("io")), "io");
    failing!(C, Result<(), Mine>, Err(Mine::Bad), "mine is bad");
    failing!(D, Result<(), Box<dyn std::error::Error + Send + Sync>>, Err("boxed".into()), "boxed");
    failing!(E, Result<(), Box<dyn std::error::Error + Send>>, Err(Box::new(Mine::Bad)), "mine is bad");
    failing!(F, std::result::Result<(), &'static str>, Err("text"), "text");
    failing!(G, fmt::Result, Err(fmt::Error), fmt::Error.to_string());
    failing!(H, Result<(), std::sync::Arc<Mine>>, Err(Mine::Bad.into()), "mine is bad");
    failing!(I, Result<(), Box<Mine>>, Err(Mine::Bad.into()), "mine is bad");
}

#[thread_class(excepthook = threadkit::silent)]
struct Generic<T, E> {
    outcome: Option<Result<T, E>>,
}

#[thread_class]
impl<T, E> Generic<T, E>
where
    T: Send + 'static,
    E: Send + 'static,
{
    fn run(&mut self) -> Result<T, E> {
        self.outcome.take().unwrap()
    }
}

#[test]
fn an_err_of_a_generic_class_is_a_failure() {
    let thread = Generic::<u8, Mine> { outcome: Some(Err(Mine::Bad)) }.start().unwrap();
    assert!(matches!(thread.join(), Err(JoinError::Failed(_))));
    let thread = Generic::<u8, Mine> { outcome: Some(Ok(3)) }.start().unwrap();
    thread.join().unwrap();
    assert_eq!(thread.value().unwrap().unwrap(), 3);
}

#[test]
fn a_closure_says_whether_its_err_is_a_failure() {
    let value = Target::new(|| Err::<(), _>("a value")).start().unwrap();
    value.join().unwrap();
    assert_eq!(value.value().unwrap(), Err("a value"));
    let failure = Target::fallible(|| Err::<(), _>("a failure")).start().unwrap();
    assert_eq!(failure.join().unwrap_err().exception().unwrap().message(), "a failure");
    let _ = Target::fallible(|| Err::<(), _>(String::from("owned"))).start().unwrap().join();
    let _ = Target::fallible(|| io::Result::Ok(()));
    let _ = Target::fallible(|| -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
        Ok("1".parse::<u8>()?)
    });
}

#[test]
fn each_instantiation_may_have_an_impl_of_its_own() {
    #[thread_class]
    struct Of<T>(T);

    #[thread_class]
    impl Of<u32> {
        fn run(&self) -> u32 {
            self.0
        }
    }

    #[thread_class]
    impl Of<String> {
        fn run(self) -> usize {
            self.0.len()
        }
    }
    assert_eq!(Of(3).start().unwrap().value().unwrap(), 3);
    assert_eq!(Of("abcd".to_owned()).start().unwrap().value().unwrap(), 4);
}
