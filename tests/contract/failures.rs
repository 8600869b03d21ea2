//! Failures: what a joiner and the excepthook of the class are told.

use std::error::Error;
use std::fmt;
use std::io;
use std::panic::panic_any;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use anyhow::Context as _;
use miette::IntoDiagnostic as _;
use threadkit::{
    ExceptHookArgs, ExceptionKind, JoinError, Stopped, Target, sleep, spawn, stop_requested,
    thread_class,
};

#[derive(Debug)]
struct Layer(&'static str, Option<Box<dyn Error + Send + Sync>>);

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Layer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.1.as_ref().map(|source| &**source as &(dyn Error + 'static))
    }
}

static TOLD: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

fn tell(args: &ExceptHookArgs<'_>) {
    let told = (args.thread.name().to_string(), args.exception.message().to_owned());
    assert!(args.thread.is_alive());
    TOLD.lock().unwrap().push(told);
}

fn told_of(name: &str) -> Vec<String> {
    let told = TOLD.lock().unwrap();
    told.iter().filter(|(thread, _)| thread == name).map(|(_, message)| message.clone()).collect()
}

type Job = Box<dyn FnOnce() -> Result<u8, Layer> + Send>;

#[thread_class(excepthook = tell)]
struct Told(Option<Job>);

#[thread_class]
impl Told {
    fn new(job: impl FnOnce() -> Result<u8, Layer> + Send + 'static) -> Self {
        Self(Some(Box::new(job)))
    }

    fn run(&mut self) -> Result<u8, Layer> {
        self.0.take().unwrap()()
    }
}

#[test]
fn an_err_is_told_with_its_chain() {
    let inner = Layer("inner", Some(Box::new(io::Error::other("root"))));
    let thread = Told::new(|| Err(Layer("outer", Some(Box::new(inner))))).with_name("chain");
    let thread = thread.start().unwrap();
    let error = thread.join().unwrap_err();
    let exception = error.exception().unwrap();
    assert_eq!(exception.kind(), ExceptionKind::Error);
    assert_eq!(exception.message(), "outer");
    assert_eq!(exception.sources(), ["inner", "root"]);
    assert_eq!((exception.thread_name(), exception.class_name()), ("chain".into(), "Told"));
    assert!(exception.location().is_none() && exception.backtrace().is_none());
    assert!(exception.take_payload().is_none());
    assert_eq!(error.to_string(), exception.to_string());
    assert_eq!(told_of("chain"), ["outer"]);
    // The error itself is the value's.
    assert_eq!(thread.value().unwrap().unwrap_err().0, "outer");
    assert!(matches!(thread.value(), Err(JoinError::NoValue)));
    assert!(thread.join().is_err());
}

#[test]
fn a_panic_is_told_with_its_place() {
    let what = String::from("disk");
    let thread = Told::new(move || panic!("no {what}")).with_name("panic").start().unwrap();
    let line = line!() - 1;
    let error = thread.value().unwrap_err();
    let exception = error.exception().unwrap();
    assert_eq!(exception.kind(), ExceptionKind::Panic);
    assert_eq!(exception.message(), "no disk");
    let place = exception.location().unwrap();
    assert_eq!((place.file(), place.line()), (file!(), line));
    assert_eq!(told_of("panic"), ["no disk"]);
    assert_eq!(
        exception.take_payload().unwrap().downcast_ref::<String>().map(String::as_str),
        Some("no disk")
    );
}

#[test]
fn a_stop_is_an_orderly_end_however_deep() {
    let deep = Layer("a", Some(Box::new(Layer("b", Some(Box::new(Stopped))))));
    let thread = Told::new(|| Err(deep)).with_name("deep").start().unwrap();
    thread.join().unwrap();
    assert!(thread.value().unwrap().is_err());
    assert!(told_of("deep").is_empty());
    let boxed = Target::fallible(|| -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(Box::new(io::Error::other(Stopped)))
    });
    boxed.start().unwrap().join().unwrap();
}

#[test]
fn an_object_and_a_value_whose_drop_panics_end_nothing() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let (alive, gone) = mpsc::channel::<()>();
    let thread = spawn(move || {
        let _alive = &alive;
        Bomb
    });
    drop(thread);
    assert!(gone.recv().is_err());
    let thread = Target::new(|| std::panic::panic_any(Bomb)).start().unwrap();
    assert!(thread.join().is_err());
    drop(thread);
    assert!(!stop_requested());
}

#[test]
fn a_caught_panic_is_no_failure() {
    let thread = Told::new(|| {
        let caught = std::panic::catch_unwind(|| panic!("caught"));
        Ok(u8::from(caught.is_err()))
    });
    let thread = thread.with_name("caught").start().unwrap();
    thread.join().unwrap();
    assert_eq!(thread.value().unwrap().unwrap(), 1);
    assert!(told_of("caught").is_empty());
}

#[thread_class(excepthook = threadkit::silent)]
struct Waiting;

#[thread_class]
impl Waiting {
    fn run(&mut self) -> miette::Result<()> {
        sleep(Duration::MAX).into_diagnostic()
    }
}

/// What says that a thread stopped stays an orderly end, whatever libraries of errors wrap it in.
#[test]
fn a_stop_is_found_behind_reports_of_errors() {
    let waiting = Waiting.start().unwrap();
    waiting.request_stop();
    waiting.join().unwrap();
    assert!(waiting.value().unwrap().is_err());
    let stop = || sleep(Duration::MAX);
    type Sent = Box<dyn Error + Send>;
    let fallible = [
        Target::fallible(move || stop().into_diagnostic()).start().unwrap().to_thread(),
        Target::fallible(move || anyhow::Ok(stop()?)).start().unwrap().into(),
        Target::fallible(move || stop().context("outer")).start().unwrap().into(),
        Target::fallible(move || stop().map_err(|error| Box::new(error) as Sent))
            .start()
            .unwrap()
            .into(),
        Target::fallible(move || stop().context("shared").map_err(Arc::new))
            .start()
            .unwrap()
            .into(),
        Target::fallible(move || stop().into_diagnostic().map_err(Box::new))
            .start()
            .unwrap()
            .into(),
    ];
    for thread in fallible {
        thread.request_stop();
        thread.join().unwrap();
    }
}

#[test]
fn a_failure_has_the_chain_of_its_error() {
    let thread = Told::new(|| Err(Layer("outer", Some(Box::new(io::Error::other("inner"))))));
    let error = thread.start().unwrap().join().unwrap_err();
    let exception = error.exception().unwrap();
    let chain = |error: &dyn Error| error.source().map(ToString::to_string);
    assert_eq!(chain(&error).as_deref(), Some("inner"));
    assert_eq!(chain(&**exception).as_deref(), Some("inner"));
    assert!(error.source().unwrap().source().is_none() && exception.sources() == ["inner"]);
    let name = exception.thread_name();
    let report = anyhow::Error::from(error.clone());
    assert_eq!(format!("{report:#}"), format!("thread '{name}' failed: outer: inner"));
    assert!(format!("{report:?}").contains("Caused by:\n    inner"), "{report:?}");
    let io = io::Error::from(error);
    assert_eq!(io.source().unwrap().to_string(), "inner");
    // A panic has none.
    let error = spawn(|| panic_any(1)).join().unwrap_err();
    assert!(error.source().is_none());
}

/// `main` prints what it returns by `Debug`.
#[test]
fn a_failure_debugs_as_words() {
    let thread = Told::new(|| Err(Layer("outer", Some(Box::new(io::Error::other("inner"))))));
    let error = thread.with_name("wordy").start().unwrap().join().unwrap_err();
    assert_eq!(format!("{error:?}"), "thread 'wordy' failed: outer\n  caused by: inner");
    assert_eq!(format!("{:?}", error.exception().unwrap()), format!("{error:?}"));
    let fields = format!("{error:#?}");
    assert!(fields.starts_with("Exception {\n    kind: Error,"), "{fields}");
    let thread = Target::new(|| panic!("no disk")).with_name("wordy").start().unwrap();
    let line = line!() - 1;
    let place = format!("thread 'wordy' panicked at {}:{line}:", file!());
    let panicked = format!("{:?}", thread.join().unwrap_err());
    assert!(panicked.starts_with(&place) && panicked.ends_with(": no disk"), "{panicked}");
    assert_eq!(format!("{:?}", JoinError::TimedOut), "TimedOut");
}

#[test]
fn a_payload_is_looked_at_and_stays() {
    let thread = spawn(|| panic_any(vec![1, 2, 3]));
    let error = thread.join().unwrap_err();
    assert!(error.is_panic() && !JoinError::TimedOut.is_panic());
    let exception = Arc::clone(error.exception().unwrap());
    let sum = |exception: &threadkit::Exception| {
        exception.with_payload(|payload| {
            payload.downcast_ref::<Vec<i32>>().map(|v| v.iter().sum::<i32>())
        })
    };
    assert_eq!(sum(&exception).flatten(), Some(6));
    let looking = Arc::clone(&exception);
    let nested = exception.with_payload(|payload| {
        assert!(payload.is::<Vec<i32>>());
        // Who looks cannot take; who looks may look again.
        assert!(exception.take_payload().is_none());
        let elsewhere = Arc::clone(&looking);
        assert!(spawn(move || elsewhere.take_payload().is_none()).value().unwrap());
        sum(&exception).flatten()
    });
    assert_eq!(nested.flatten(), Some(6));
    assert_eq!(spawn(move || sum(&looking).flatten()).value().unwrap(), Some(6));
    assert!(exception.take_payload().is_some());
    assert!(exception.with_payload(|_| ()).is_none());
    let error = Told::new(|| Err(Layer("no panic", None))).start().unwrap().join().unwrap_err();
    assert!(!error.is_panic() && error.exception().unwrap().with_payload(|_| ()).is_none());
}
