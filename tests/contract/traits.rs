//! What the types are: bounds, equality, conversions, formats.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::io;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use threadkit::{
    Builder, Exception, JoinCycle, JoinError, Name, StartError, Stopped, Target, Thread,
    ThreadClass, ThreadId, enumerate, main_thread, spawn,
};

fn is_handle<T: Clone + Send + Sync + UnwindSafe + RefUnwindSafe + Eq + Hash + Debug + Display>() {}
fn is_send_sync<T: Send + Sync>() {}
fn is_error<T: Error + Send + Sync>() {}

/// Says nothing of `C`, not even that it is a class.
fn any_handle<C>() {
    is_handle::<Thread<C>>();
}

/// Whatever the class: a bound on the class alone is all that generic code writes.
fn any_start_error<C: ThreadClass>() {
    is_error::<StartError<C>>();
}

#[test]
fn handles_and_errors_go_anywhere() {
    is_handle::<Thread>();
    is_handle::<Thread<std::rc::Rc<()>>>();
    is_handle::<Thread<*const u8>>();
    any_handle::<std::cell::RefCell<u8>>();
    any_start_error::<Target<std::cell::Cell<u8>>>();
    is_error::<JoinError>();
    is_error::<Stopped>();
    is_error::<Exception>();
    is_send_sync::<Name>();
    is_send_sync::<JoinCycle>();
    fn id<T: Copy + Eq + Ord + Hash + Display + Debug + Send + Sync>() {}
    id::<ThreadId>();
    fn clone<T: Clone + Debug>() {}
    clone::<JoinError>();
}

#[test]
fn a_start_error_is_sent_by_generic_code() {
    fn boxed<C: ThreadClass + 'static>(
        builder: Builder<C>,
    ) -> Result<Thread<C>, Box<dyn Error + Send + Sync>> {
        Ok(builder.try_start()?)
    }
    fn as_io<C: ThreadClass + 'static>(builder: Builder<C>) -> io::Result<Thread<C>> {
        Ok(builder.try_start()?)
    }
    assert_eq!(boxed(Builder::new(Target::new(|| 1))).unwrap().value().unwrap(), 1);
    assert_eq!(as_io(Builder::new(Target::new(|| 2))).unwrap().value().unwrap(), 2);
}

#[test]
fn handles_are_equal_and_hashed_by_identity() {
    let (one, two) = (spawn(|| 1), spawn(|| 1));
    assert_eq!(one, one.clone());
    assert_ne!(one, two);
    assert_eq!(one, one.to_thread());
    let erased: Thread = one.clone().into();
    assert_eq!(erased, one);
    #[allow(clippy::mutable_key_type, reason = "identity does not change")]
    let set: HashSet<Thread> = [one.to_thread(), two.to_thread(), one.to_thread()].into();
    assert_eq!(set.len(), 2);
    let map: HashMap<ThreadId, &str> = [(one.ident(), "one")].into();
    assert_eq!(map[&one.ident()], "one");
    assert!(one.ident() < two.ident());
}

#[test]
fn a_handle_displays_as_in_python() {
    let (gate, key) = crate::support::gate();
    let thread = Target::new(move || gate.wait()).with_name("w").with_daemon(true).start().unwrap();
    let ident = thread.ident();
    assert_eq!(thread.to_string(), format!("<Target(w, started daemon {ident})>"));
    drop(key);
    thread.join().unwrap();
    assert_eq!(thread.to_string(), format!("<Target(w, stopped daemon {ident})>"));
    let failed = Target::fallible(|| Err::<(), _>("no")).with_daemon(false).with_name("f");
    let failed = failed.start().unwrap();
    failed.join().unwrap_err();
    assert_eq!(failed.to_string(), format!("<Target(f, failed {})>", failed.ident()));
    assert!(main_thread().to_string().starts_with("<MainThread(MainThread, started "));
    assert!(format!("{failed:?}").starts_with("Thread"));
    assert_eq!(format!("{:>30}|", Name::from("n")).len(), 31);
}

#[test]
fn a_name_is_a_string() {
    let thread = spawn(|| ());
    thread.set_name("worker");
    let name: Name = thread.name();
    assert_eq!(name, "worker");
    assert_eq!(name, *"worker");
    assert_eq!("worker", name);
    assert_eq!(name.len(), 6);
    assert!(name.starts_with("work"));
    assert_eq!(name.to_string(), "worker");
    fn text(_: &str) {}
    text(&name);
    thread.set_name(String::from("a"));
    thread.set_name(&String::from("b"));
    thread.set_name(format!("c{}", 1));
    thread.set_name(std::borrow::Cow::Borrowed("d"));
    thread.set_name(Arc::<str>::from("e"));
    thread.set_name(Box::<str>::from("g"));
    thread.set_name('f');
    thread.set_name(&thread.name());
    thread.set_name(thread.name());
    assert_eq!(thread.name(), "f");
    assert!(!enumerate().is_empty());
}

#[test]
fn a_vector_of_spawned_threads_has_a_name() {
    struct Pool {
        threads: Vec<Thread<Target<usize>>>,
    }
    let threads = (0..4_usize).map(|n| spawn(move || n)).collect();
    let pool = Pool { threads };
    assert_eq!(pool.threads.iter().map(|thread| thread.value().unwrap()).sum::<usize>(), 6);
}
