//! What a dump tells of the live threads.

mod serialize;
mod waits;

use std::sync::mpsc;
use std::thread::yield_now;
use std::time::Duration;

use threadkit::{
    Builder, Group, Guard, Target, Thread, ThreadDump, ThreadState, WaitsFor, current_thread, dump,
    main_thread, ready, spawn, thread_class,
};

use crate::sleeper;

#[thread_class(name = "night watch", daemon)]
struct Watch {
    gate: mpsc::Receiver<()>,
}

#[thread_class]
impl Watch {
    fn run(&mut self) {
        let _ = self.gate.recv();
    }
}

fn row_of<C>(thread: &Thread<C>) -> Option<ThreadDump> {
    dump().threads().iter().find(|row| row.ident() == thread.ident()).cloned()
}

/// What the thread waits for, once it does: the dump is the only one who can tell when.
fn wait_of<C>(thread: &Thread<C>) -> WaitsFor {
    loop {
        let row = row_of(thread).expect("it is alive");
        match row.waits_for() {
            Some(waits) => return waits.clone(),
            None => yield_now(),
        }
    }
}

#[test]
fn a_row_says_who_and_whence() {
    let (_go, gate) = mpsc::channel();
    let line = line!() + 1;
    let watch = Watch { gate }.start().unwrap();
    let guard = Guard::new(watch.clone()).with_timeout(Duration::ZERO);
    let row = row_of(&watch).unwrap();
    assert_eq!(row.name(), "night watch");
    assert_eq!(row.class_name(), "Watch");
    assert!(row.is_daemon() && !row.stop_requested());
    assert_eq!(row.start_location().unwrap().line(), line);
    assert!(row.age() > Duration::ZERO && row.age() < Duration::from_secs(600));
    assert!(row.waits_for().is_none(), "the crate does not see channels");
    watch.request_stop();
    assert!(row_of(&watch).unwrap().stop_requested());
    let later = row_of(&watch).unwrap().age();
    assert!(later > row.age());
    drop(guard);
}

#[test]
fn it_has_the_threads_that_are_alive() {
    let thread = spawn(|| {
        let row = row_of(&current_thread()).expect("the thread itself");
        assert_eq!(row.native_id(), Some(threadkit::get_native_id()));
    });
    thread.join().unwrap();
    assert!(row_of(&thread).is_none(), "it is over");
    assert!(row_of(&main_thread()).is_some());
    let me = row_of(&current_thread()).expect("a dummy is alive, too");
    assert_eq!(me.class_name(), "DummyThread");
    assert!(me.start_location().is_none());
    let dump = dump();
    assert!(dump.threads().is_sorted_by_key(ThreadDump::ident));
}

#[test]
fn the_state_says_how_far_a_thread_has_come() {
    let (say, hear) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let thread = spawn(move || {
        say.send(()).unwrap();
        gate.recv().unwrap();
        threadkit::sleep(Duration::MAX).unwrap_err();
        say.send(()).unwrap();
        gate.recv().unwrap();
    });
    let state = || row_of(&thread).unwrap().state();
    hear.recv().unwrap();
    assert_eq!(state(), ThreadState::Running);
    go.send(()).unwrap();
    wait_of(&thread);
    assert_eq!(state(), ThreadState::Waiting);
    thread.request_stop();
    hear.recv().unwrap();
    assert_eq!(state(), ThreadState::Stopping);
    go.send(()).unwrap();
}

/// Whoever it is that looks while the system has not brought the thread to life.
#[test]
fn a_thread_that_has_not_begun_is_starting() {
    let mut seen = false;
    while !seen {
        let guard = Guard::new(sleeper());
        let row = row_of(&guard).unwrap();
        seen = row.state() == ThreadState::Starting;
        assert!(!seen || row.native_id().is_none() && row.cpu_time().is_none());
    }
}

#[test]
fn who_started_a_thread_is_told_after_its_end_too() {
    let (starter, thread) = {
        let starter = spawn(sleeper);
        (starter.ident(), starter.value().unwrap())
    };
    let thread = Guard::new(thread);
    assert_eq!(row_of(&thread).unwrap().starter(), Some(starter));
    assert_eq!(row_of(&main_thread()).unwrap().starter(), None);
    assert_eq!(row_of(&current_thread()).unwrap().starter(), None, "a dummy");
}

#[test]
fn a_thread_has_a_group_while_it_is_in_it() {
    let (mut group, mut other) = (Group::new(), Group::new());
    let (first, second, third) = (sleeper(), sleeper(), sleeper());
    group.push(first.clone());
    group.push(second.clone());
    other.push(third.clone());
    let group_of = |thread| row_of(thread).unwrap().group();
    assert_ne!(group.id(), other.id());
    assert_eq!([&first, &second].map(group_of), [Some(group.id()); 2]);
    assert_eq!(group_of(&third), Some(other.id()));
    assert_eq!(row_of(&current_thread()).unwrap().group(), None);
    drop(other.detach());
    assert_eq!(group_of(&third), None);
    group.push(third.clone());
    assert_eq!(group_of(&third), Some(group.id()));
    second.request_stop();
    assert_eq!(group.wait_any().unwrap().0, second);
    assert_eq!(group_of(&first), Some(group.id()));
    drop((first, third));
}

#[test]
#[cfg(target_os = "linux")]
fn time_on_a_processor_is_counted_by_thread() {
    let idle = Guard::new(sleeper());
    let busy = Guard::new(spawn(|| while !threadkit::stop_requested() {}));
    wait_of(&idle);
    let cpu_time = |thread: &Thread<_>| row_of(thread).unwrap().cpu_time();
    let worked = Duration::from_millis(20);
    while cpu_time(&busy.to_thread()).is_none_or(|time| time < worked) {
        yield_now();
    }
    let slept = cpu_time(&idle.to_thread()).unwrap();
    assert!(slept > Duration::ZERO && slept < worked, "{slept:?}");
}

#[test]
fn it_displays_as_a_table() {
    let guard = Guard::new(sleeper());
    guard.set_name("two\nlines");
    wait_of(&guard);
    let row = row_of(&guard).unwrap();
    let table = dump().to_string();
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    assert!(header.starts_with("IDENT") && header.ends_with("STARTED AT"));
    let line = lines.find(|line| line.contains("two\u{fffd}lines")).expect("one line a thread");
    let ident = row.ident().to_string();
    assert!(line.starts_with(&ident));
    for text in ["Target", "waiting", "stop", "main.rs:"] {
        assert!(line.contains(text), "{line}");
    }
    let column = |line: &str, text| {
        let byte = line.find(text).expect(text);
        line[..byte].chars().count()
    };
    assert_eq!(column(header, "WAITS FOR"), column(line, "stop"), "\n{table}");
}

/// Threads come, wait and go while they are looked at.
#[test]
fn it_is_taken_while_all_is_in_motion() {
    let churn = spawn(|| {
        while !threadkit::stop_requested() {
            let inner = spawn(|| 1);
            let _ = inner.join_timeout(Duration::from_secs(60));
            let _ = Builder::new(Target::new(ready)).start_ready();
        }
    });
    for _ in 0..threadkit_tests::rounds(2_000) {
        assert!(row_of(&churn).is_some());
    }
    drop(Guard::new(churn));
}

mod left {
    #[threadkit::thread_class(name = "left hand")]
    pub(super) struct Namesake;

    #[threadkit::thread_class]
    impl Namesake {
        fn run(&self) {
            let _ = threadkit::sleep(std::time::Duration::MAX);
        }
    }
}

mod right {
    #[threadkit::thread_class(name = "right hand")]
    pub(super) struct Namesake;

    #[threadkit::thread_class]
    impl Namesake {
        fn run(&self) {
            let _ = threadkit::sleep(std::time::Duration::MAX);
        }
    }
}

/// Classes of one name are told apart where both are there, and only then.
#[test]
fn classes_of_one_name_are_told_apart() {
    let row = |table: &str, name: &str| {
        let mut lines = table.lines();
        lines.find(|line| line.contains(name)).expect("the thread is in the table").to_owned()
    };
    let left = left::Namesake.start().unwrap();
    let alone = row(&dump().to_string(), "left hand");
    assert!(alone.contains(" Namesake ") && !alone.contains("::Namesake"), "{alone}");
    let right = right::Namesake.start().unwrap();
    let both = dump().to_string();
    assert!(row(&both, "left hand").contains("left::Namesake "), "{both}");
    assert!(row(&both, "right hand").contains("right::Namesake "), "{both}");
    left.request_stop();
    right.request_stop();
}
