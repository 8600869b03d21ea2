//! What a dump tells of the live threads.

use std::sync::mpsc;
use std::thread::yield_now;
use std::time::Duration;

use threadkit::{
    Builder, Event, Group, Guard, Target, Thread, ThreadDump, WaitsFor, current_thread, dump,
    enumerate, main_thread, ready, spawn, thread_class,
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
    assert!(!enumerate().is_empty());
}

#[test]
fn a_sleep_is_seen_and_passes() {
    let guard = Guard::new(sleeper());
    assert!(matches!(wait_of(&guard), WaitsFor::Sleep));
    let (go, gate) = mpsc::channel::<()>();
    let (say, hear) = mpsc::channel();
    let rested = spawn(move || {
        threadkit::sleep(Duration::from_millis(1)).unwrap();
        say.send(()).unwrap();
        gate.recv().unwrap();
    });
    hear.recv().unwrap();
    assert!(row_of(&rested).unwrap().waits_for().is_none());
    go.send(()).unwrap();
}

#[test]
fn joins_of_every_kind_say_of_whom() {
    let awaited = Guard::new(sleeper().to_thread());
    let joins: [fn(&Thread); 2] = [
        |thread| drop(thread.join()),
        |thread| drop(thread.join_timeout(Duration::from_secs(3600))),
    ];
    for join in joins {
        let target = awaited.clone();
        let waiter = spawn(move || join(&target));
        match wait_of(&waiter) {
            WaitsFor::End(thread) => assert_eq!(thread, *awaited),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_timed_join_closes_no_cycle() {
    let (hand, take) = mpsc::channel::<Thread>();
    let first = spawn(move || take.recv().unwrap().join());
    let second = {
        let first = first.to_thread();
        spawn(move || first.join_timeout(Duration::from_millis(200)))
    };
    // Seen waiting, or already at the end of its time: then there is no cycle to close.
    while row_of(&second).is_some_and(|row| row.waits_for().is_none()) {
        yield_now();
    }
    hand.send(second.to_thread()).unwrap();
    first.value().unwrap().expect("the timed join ends by itself");
    assert!(second.value().is_ok());
}

#[test]
fn who_waits_for_readiness_says_of_whom() {
    for timeout in [Duration::MAX, Duration::from_secs(3600)] {
        let (say, hear) = mpsc::channel();
        let (go, gate) = mpsc::channel::<()>();
        let starter = spawn(move || {
            let slow = Target::new(move || {
                say.send(current_thread()).unwrap();
                gate.recv().unwrap();
                ready();
            });
            Builder::new(slow).start_ready_timeout(timeout).is_ok()
        });
        let slow: Thread = hear.recv().unwrap();
        match wait_of(&starter) {
            WaitsFor::Ready(thread) => assert_eq!(thread, slow),
            other => panic!("{other:?}"),
        }
        go.send(()).unwrap();
        assert!(starter.value().unwrap());
    }
}

#[test]
fn who_waits_for_a_group_says_so() {
    let (first, second) = (sleeper(), sleeper());
    let mut group = Group::new();
    group.push(first.clone());
    group.push(second);
    let waiter = spawn(move || group.wait_any().is_some());
    assert!(matches!(wait_of(&waiter), WaitsFor::Group));
    first.request_stop();
    assert!(waiter.value().unwrap());
}

#[test]
fn waits_for_an_event_are_seen() {
    static EVENT: Event = Event::new();
    let waits: [fn(); 2] = [|| EVENT.wait(), || EVENT.wait_or_stop().unwrap()];
    for wait in waits {
        EVENT.clear();
        let waiter = spawn(wait);
        assert!(matches!(wait_of(&waiter), WaitsFor::Event));
        EVENT.set();
        waiter.join().unwrap();
    }
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
    for text in ["Target", "sleep", "main.rs:"] {
        assert!(line.contains(text), "{line}");
    }
    let column = |line: &str, text| {
        let byte = line.find(text).expect(text);
        line[..byte].chars().count()
    };
    assert_eq!(column(header, "WAITS FOR"), column(line, "sleep"), "\n{table}");
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
    for _ in 0..2_000 {
        assert!(row_of(&churn).is_some());
    }
    drop(Guard::new(churn));
}
