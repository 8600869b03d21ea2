//! Failures: what a joiner and the excepthook of the class are told.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::{Mutex, mpsc};

use threadkit::{
    ExceptHookArgs, ExceptionKind, JoinError, Stopped, Target, spawn, stop_requested, thread_class,
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
