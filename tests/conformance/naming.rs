//! Names, as they are given, changed, shown, and handed to the system: s01, s02, s15, s41.

use std::sync::mpsc;

use threadkit::{Target, Thread, spawn, thread_class};

#[thread_class(name = "of {0}")]
struct Named(&'static str);

#[thread_class]
impl Named {
    fn run(&self) {}
}

#[thread_class]
struct Plain;

#[thread_class]
impl Plain {
    fn run(&self) {}
}

#[thread_class]
struct Other;

#[thread_class]
impl Other {
    fn run(&self) {}
}

/// `Class-N`, taken apart.
fn numbered<C>(thread: &Thread<C>) -> (String, u64) {
    let name = thread.name();
    let (class, number) = name.rsplit_once('-').expect("a numbered name");
    (class.to_owned(), number.parse().expect("a number"))
}

/// Python: `Thread-N`, one counter; a falsy name counts as none (`test_name`).
/// Here: `Class-N`, one counter for all classes; an empty name counts as none.
#[test]
fn s01_the_default_name_is_the_class_and_a_number_of_one_counter() {
    let (first, number) = numbered(&Plain.start().unwrap());
    let (second, next) = numbered(&Other.start().unwrap());
    assert_eq!((first.as_str(), second.as_str()), ("Plain", "Other"));
    assert!(next > number, "one counter for all classes");
    assert_eq!(numbered(&spawn(|| ())).0, "Target");
    let unnamed = Plain.with_name("").start().unwrap();
    assert_eq!(numbered(&unnamed).0, "Plain", "an empty name counts as none");
}

/// Python: the name is given to the constructor, read and changed at any time, and need not be
/// unique (`test_name`).
/// Here: `with_name`, the class option and `set_name`, also after the end; names need not be
/// unique.
#[test]
fn s02_a_name_is_given_read_and_changed_at_any_time() {
    assert_eq!(Named("disk").start().unwrap().name(), "of disk");
    let given = Named("disk").with_name("given").start().unwrap();
    let same = Plain.with_name("given").start().unwrap();
    assert_eq!(given.name(), same.name(), "names need not be unique");
    given.set_name("changed");
    given.join().unwrap();
    assert_eq!(given.name(), "changed");
    given.set_name("after the end");
    assert_eq!(given.to_thread().name(), "after the end");
}

/// Python: `repr` says class, name, initial, started or stopped, daemon, ident
/// (`test_repr_stopped`, `test_repr_daemon`).
/// Here: `Display` of `Thread` says class, name, started, stopped or failed, daemon, ident.
#[test]
fn s15_display_says_class_name_state_and_ident() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = Target::new(move || wait.recv().is_ok()).with_name("worker");
    let thread = thread.with_daemon(true).start().unwrap();
    let ident = thread.ident();
    assert_eq!(thread.to_string(), format!("<Target(worker, started daemon {ident})>"));
    go.send(()).unwrap();
    thread.join().unwrap();
    assert_eq!(thread.to_string(), format!("<Target(worker, stopped daemon {ident})>"));
    let failed = Target::fallible(|| Err::<(), _>("reason")).with_name("bad").with_daemon(false);
    let failed = failed.start().unwrap();
    failed.join().unwrap_err();
    assert_eq!(failed.to_string(), format!("<Target(bad, failed {})>", failed.ident()));
}

/// What Linux says; elsewhere a program has nowhere to read it, or it is cut elsewhere.
#[cfg(target_os = "linux")]
fn system_name() -> String {
    let id = threadkit::get_native_id();
    let mut name = std::fs::read_to_string(format!("/proc/self/task/{id}/comm")).unwrap();
    name.truncate(name.trim_end().len());
    name
}

/// Python: the system's thread has the name from the start, cut at the system's limit, and follows
/// changes made by the thread itself (`test_set_name`, `test_change_name`).
/// Here: the same at the start and for `set_name` on the thread itself; cut at an inner NUL, and on
/// a char boundary.
#[cfg(target_os = "linux")]
#[test]
fn s41_the_system_knows_the_name() {
    let cuts = [
        ("short", "short"),
        ("fifteen bytes..", "fifteen bytes.."),
        ("sixteen bytes...", "sixteen bytes.."),
        ("fourteen bytes\u{e9}", "fourteen bytes"),
        ("cut here\0and not there", "cut here"),
        ("\u{1f980}\u{1f980}\u{1f980}\u{1f980}", "\u{1f980}\u{1f980}\u{1f980}"),
    ];
    for (given, kept) in cuts {
        let at_start = Target::new(system_name).with_name(given).start().unwrap();
        assert_eq!(at_start.value().unwrap(), kept);
        assert_eq!(at_start.name(), given, "only the system's is cut");
        let from_itself = spawn(move || {
            threadkit::current_thread().set_name(given);
            system_name()
        });
        assert_eq!(from_itself.value().unwrap(), kept);
    }
}

/// Here: `set_name` from another thread changes what `name` says, not what the system says.
#[cfg(target_os = "linux")]
#[test]
fn s41_set_name_from_elsewhere_leaves_the_systems_name() {
    let (go, wait) = mpsc::channel::<()>();
    let thread = Target::new(move || {
        wait.recv().unwrap();
        system_name()
    });
    let thread = thread.with_name("before").start().unwrap();
    thread.set_name("after");
    go.send(()).unwrap();
    assert_eq!(
        (thread.value().unwrap().as_str(), thread.name().to_string().as_str()),
        ("before", "after")
    );
}
