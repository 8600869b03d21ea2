//! The feature `timeline`: its files, read back. Other tests' threads are in them, too.

mod race;
mod trace;

use std::io::{self, Write};
use std::sync::Arc;
use std::thread::yield_now;
use std::time::Duration;

use threadkit::{
    Builder, Event, Group, ScopedTarget, Supervisor, Target, Thread, Timeline, WaitsFor,
    current_thread, get_ident, ready, scope, silent, sleep, spawn, thread_class,
};

use trace::Trace;

/// A thread with each kind of wait in it, and the threads that it starts.
#[thread_class(name = "waiter")]
struct Waiter;

#[thread_class]
impl Waiter {
    fn run(&self) {
        static NEVER: Event = Event::new();
        let until_stop = || Target::new(|| sleep(Duration::MAX));

        sleep(Duration::from_millis(1)).unwrap();
        assert!(!NEVER.wait_timeout(Duration::from_millis(1)));
        assert_eq!(NEVER.wait_or_stop_timeout(Duration::from_millis(1)), Ok(false));
        let stopped = until_stop().with_name("stopped").start().unwrap();
        assert!(stopped.join_timeout(Duration::from_millis(1)).is_err());
        stopped.request_stop();
        stopped.join().unwrap();
        let prepared = Target::new(ready).with_name("prepared");
        prepared.start_ready().unwrap().join().unwrap();
        scope(|s| drop(s.start(ScopedTarget::new(|| ()).with_name("scoped")).unwrap()));
        let waiter = current_thread();
        let when_awaited = Target::new(move || {
            while !waits_for_a_group(&waiter) {
                yield_now();
            }
            Ok(())
        });
        let mut group = Group::start([until_stop(), when_awaited]).unwrap();
        let (_, outcome) = group.wait_any().unwrap();
        outcome.unwrap();
    }
}

fn waits_for_a_group(thread: &Thread) -> bool {
    let dump = threadkit::dump();
    let row = dump.threads().iter().find(|row| row.ident() == thread.ident());
    row.is_some_and(|row| matches!(row.waits_for(), Some(WaitsFor::Group)))
}

#[test]
fn a_file_has_starts_ends_and_waits() {
    let timeline = Timeline::start();
    let waiter = Waiter.start().unwrap();
    waiter.join().unwrap();
    let trace = Trace::of(&timeline);
    assert_eq!(timeline.lost(), 0);

    let row = trace.row("waiter");
    let [life] = &row.lives[..] else { panic!("{row:?}") };
    assert_eq!((life.name.as_str(), life.is_closed()), ("Waiter", true));
    assert_eq!(life.args["ident"], waiter.ident().as_u64().get());
    assert_eq!(life.args["native_id"], waiter.native_id().unwrap());
    assert_eq!(life.args["daemon"], waiter.is_daemon());
    assert_eq!(life.args["started_at"], waiter.start_location().unwrap().to_string());
    for wait in [
        "sleep",
        "event",
        "event or stop",
        "end of stopped",
        "prepared to be ready",
        "end of a scope",
        "end of one of a group",
    ] {
        assert!(
            life.inner.iter().any(|slice| slice.name == wait && slice.is_closed()),
            "{wait}: {life:?}"
        );
    }
    let stop = &trace.row("stopped").lives[0].inner[0];
    assert_eq!((stop.name.as_str(), stop.is_closed()), ("stop", true));
    // Each start is the tail of an arrow, whose head is a life that begins later.
    assert_eq!(row.starts.len(), 5, "{row:?}");
    for name in ["stopped", "prepared", "scoped"] {
        let start = row.starts.iter().find(|start| start.name == format!("start {name}")).unwrap();
        let started = &trace.row(name).lives[0];
        assert!(
            started.is_closed() && started.arrow == start.arrow && started.begin >= start.begin
        );
    }
}

/// What a supervisor does is a mark in its row, and its waits are slices.
#[test]
fn a_file_has_what_a_supervisor_does() {
    let timeline = Timeline::start();
    let (say, hear) = std::sync::mpsc::channel();
    let mut attempt = 0;
    let supervisor = Supervisor::new()
        .child("watched", move || {
            attempt += 1;
            let (attempt, say) = (attempt, say.clone());
            Target::fallible(move || {
                say.send(()).unwrap();
                if attempt == 1 {
                    Err("no disk")
                } else {
                    sleep(Duration::MAX).map_err(|_| "stopped")
                }
            })
        })
        .with_name("watching")
        .start()
        .unwrap();
    hear.iter().take(2).for_each(drop);
    supervisor.request_stop();
    supervisor.join().unwrap();
    let trace = Trace::of(&timeline);
    let row = trace.row("watching");
    let [life] = &row.lives[..] else { panic!("{row:?}") };
    let marks: Vec<_> = life.marks.iter().map(|mark| (&mark["cat"], &mark["name"])).collect();
    let says = "restarts child 'watched': thread 'watched' failed: no disk";
    assert_eq!(marks, [(&"note".into(), &says.into())]);
    assert!(row.starts.iter().all(|start| start.name == "start watched") && row.starts.len() == 2);
}

#[test]
fn a_file_has_stalls_and_their_ends() {
    let timeline = Timeline::start();
    threadkit_tests::stall("stalled");
    let trace = Trace::of(&timeline);
    let row = trace.row("stalled");
    let [life] = &row.lives[..] else { panic!("{row:?}") };
    // Its end is told when the thread is over.
    let marks = life.marks.iter().chain(&row.marks);
    let notes = marks.filter(|mark| mark["cat"] == "note");
    let says: Vec<_> = notes.map(|mark| mark["name"].as_str().unwrap()).collect();
    let of_it = |what: &str| says.iter().filter(|says| says.starts_with(what)).count();
    assert_eq!(of_it("has made no progress for "), 1, "{says:?}");
    assert_eq!(of_it("ended after "), 1, "{says:?}");
}

#[thread_class(name = "failing {how}", excepthook = silent)]
struct Failing {
    how: &'static str,
}

#[thread_class]
impl Failing {
    fn run(&self) -> io::Result<()> {
        assert!(self.how != "by a panic", "out of \"cheese\"\n\u{1f9c0}");
        Err(io::Error::other(io::Error::other("no\tdisk")))
    }
}

#[test]
fn failures_are_marked_in_the_life_of_their_thread() {
    let timeline = Timeline::start();
    for how in ["by a panic", "by an error"] {
        assert!(Failing { how }.start().unwrap().join().is_err());
    }
    let trace = Trace::of(&timeline);
    let panicked = &trace.row("failing by a panic").lives[0];
    let [mark] = &panicked.marks[..] else { panic!("{panicked:?}") };
    assert_eq!(mark["name"], "panicked: out of \"cheese\"\n\u{1f9c0}");
    assert!(mark["args"]["location"].as_str().unwrap().contains("main.rs"), "{mark}");
    let failed = &trace.row("failing by an error").lives[0];
    assert_eq!(failed.marks[0]["name"], "failed: no\tdisk");
    assert!(failed.is_closed() && panicked.is_closed());
}

#[test]
fn names_are_what_they_were_last() {
    let strange = "a \"name\" \\ with\u{0}\u{7}\n</script> ünd 🧵";
    let timeline = Timeline::start();
    let renamed = Target::new(move || current_thread().set_name(strange)).start().unwrap();
    renamed.join().unwrap();
    assert!(Trace::of(&timeline).row(strange).lives[0].is_closed());
}

#[test]
fn threads_that_run_and_waits_that_last_are_open() {
    let timeline = Arc::new(Timeline::start());
    let recorded = timeline.clone();
    let starter = Target::new(move || {
        // Its starter waits for it meanwhile.
        let unready = Target::new(move || {
            let trace = Trace::of(&recorded);
            ready();
            trace
        });
        unready.with_name("unready").start_ready().unwrap().value().unwrap()
    });
    let early = starter.with_name("its starter").start().unwrap().value().unwrap();
    let late = Trace::of(&timeline);
    for (trace, is_closed) in [(&early, false), (&late, true)] {
        let [life] = &trace.row("its starter").lives[..] else { panic!("{trace:?}") };
        assert_eq!((life.is_closed(), life.inner[0].is_closed()), (is_closed, is_closed));
        assert_eq!(life.inner[0].name, "unready to be ready");
        assert_eq!(trace.row("unready").lives[0].is_closed(), is_closed);
    }
}

#[test]
fn a_thread_that_was_there_before_has_its_waits_alone() {
    static GO: Event = Event::new();
    let begun = Target::new(|| {
        ready();
        GO.wait();
        sleep(Duration::from_millis(1))
    });
    let early = begun.with_name("early").start_ready().unwrap();
    let timeline = Timeline::start();
    GO.set();
    early.join().unwrap();
    let trace = Trace::of(&timeline);
    let row = trace.row("early");
    assert!(row.lives.is_empty() && row.waits.iter().any(|wait| wait.name == "sleep"), "{row:?}");
}

#[test]
fn a_thread_that_was_not_started_here_has_its_waits_and_starts() {
    let timeline = Timeline::start();
    let dummy = std::thread::Builder::new().name("dummy".to_owned());
    let dummy = dummy.spawn(|| {
        sleep(Duration::from_millis(1)).unwrap();
        spawn(|| ()).join()
    });
    dummy.unwrap().join().unwrap().unwrap();
    let trace = Trace::of(&timeline);
    let row = trace.row("dummy");
    assert!(row.lives.is_empty() && row.starts.len() == 1, "{row:?}");
    assert!(row.waits[0].name == "sleep" && row.waits[0].is_closed(), "{row:?}");
}

#[test]
fn the_oldest_go_when_there_are_too_many() {
    let timeline = Timeline::with_capacity(16);
    let last = (0..100).map(|number| {
        let thread = Target::new(|| sleep(Duration::ZERO)).with_name(format!("thread {number}"));
        let thread = thread.start().unwrap();
        thread.join().unwrap();
        thread
    });
    let last: Vec<Thread<_>> = last.collect();
    assert!(timeline.lost() >= 100 * 7 - 16, "{timeline:?}");
    let trace = Trace::of(&timeline);
    assert!(trace.label().unwrap().ends_with("moments are lost"));
    assert!(trace.len() <= 16 && last.len() == 100);
    // Less than a thread's life: the ends are there, and have no beginning to end.
    let tiny = Timeline::with_capacity(0);
    spawn(|| ()).join().unwrap();
    assert!(Trace::of(&tiny).len() <= 1);
}

#[test]
fn timelines_record_side_by_side_until_they_are_dropped() {
    let first = Timeline::start();
    let second = Timeline::start();
    let both = Target::new(|| ()).with_name("in both").start().unwrap();
    both.join().unwrap();
    assert!(Trace::of(&first).has("in both") && Trace::of(&second).has("in both"));
    drop(first);
    let one = Target::new(|| ()).with_name("in one").start().unwrap();
    one.join().unwrap();
    assert!(Trace::of(&second).has("in one"));
    let third = Timeline::start();
    assert!(!Trace::of(&third).has("in one"));
}

/// Says no when there are some bytes.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_goes_wrong_with_the_output_is_handed_out() {
    let timeline = Timeline::start();
    let _ = Builder::new(Target::new(get_ident)).start().unwrap().join();
    assert_eq!(timeline.write_to(Full).unwrap_err().kind(), io::ErrorKind::StorageFull);
    let nowhere = timeline.save("/no/such/directory/timeline.json");
    assert_eq!(nowhere.unwrap_err().kind(), io::ErrorKind::NotFound);
}
