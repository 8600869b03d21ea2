//! Threads that say nothing for too long. The hook is one a process, so all tests read what one hook notes.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, Once, mpsc};
use std::time::Duration;

use threadkit::{
    Builder, Event, Guard, Stall, Stopped, Target, Thread, ThreadId, progress, set_stallhook,
    stop_requested, thread_class,
};

const LIMIT: Duration = Duration::from_millis(100);

/// What the hook was told of a thread: what has become of it, and its row.
type Told = (ThreadId, Stall, String);

static TOLD: (Mutex<Vec<Told>>, Condvar) = (Mutex::new(Vec::new()), Condvar::new());

fn note_stalls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        set_stallhook(|args| {
            let row = args.row.map(|row| format!("{} {:?}", row.name(), row.stack()));
            let told = (args.thread.ident(), *args.stall, row.unwrap_or_default());
            TOLD.0.lock().unwrap().push(told);
            TOLD.1.notify_all();
        });
    });
}

/// The first `count` that are told of the thread. A machine that has no time for it is no matter here.
fn told_of<C>(thread: &Thread<C>, count: usize) -> Vec<(Stall, String)> {
    let of_thread = |told: &Vec<Told>| {
        let of_thread = told.iter().filter(|(ident, ..)| *ident == thread.ident());
        let blamed = of_thread.filter(|(_, stall, _)| {
            !matches!(stall, Stall::Starved { .. } | Stall::Stopped { .. })
        });
        blamed.map(|(_, stall, row)| (*stall, row.clone())).collect::<Vec<_>>()
    };
    let told = TOLD.0.lock().unwrap();
    let enough = TOLD.1.wait_while(told, |told| of_thread(told).len() < count).unwrap();
    of_thread(&enough)
}

fn watched<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> Guard<Target<T>> {
    note_stalls();
    Guard::new(Builder::new(Target::new(f)).with_stall_after(LIMIT).start().unwrap())
}

/// Returns when a thread that began now, and says nothing, has been reported: so would any other have been.
fn let_the_limit_pass() {
    for _ in 0..2 {
        let (go, gate) = mpsc::channel::<()>();
        let silent = watched(move || gate.recv().is_ok());
        told_of(&silent, 1);
        drop(go);
    }
}

#[test]
fn a_stall_is_told_once_with_the_line_and_once_more_when_it_is_over() {
    let (go, gate) = mpsc::channel::<()>();
    let (done, end) = mpsc::channel::<()>();
    let line = line!() + 2;
    let silent = watched(move || {
        let _ = gate.recv();
        progress();
        while end.try_recv() != Err(mpsc::TryRecvError::Disconnected) {
            progress();
        }
    });
    let told = told_of(&silent, 1);
    assert!(matches!(told[0].0, Stall::Silent { silent, .. } if silent >= LIMIT), "{told:?}");
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert!(told[0].1.contains(&format!("stalls.rs:{line}")), "{told:?}");
    }
    let_the_limit_pass();
    assert_eq!(told_of(&silent, 1).len(), 1, "once");
    drop(go);
    let told = told_of(&silent, 2);
    assert!(matches!(told[1].0, Stall::WentOn { after } if after >= LIMIT), "{told:?}");
    let_the_limit_pass();
    assert_eq!(told_of(&silent, 2).len(), 2, "it makes progress");
    drop(done);
}

#[test]
fn a_loop_without_an_end_is_told_with_its_time() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let spinning = watched(|| {
        while !DONE.load(Ordering::Relaxed) {
            spin_loop();
        }
    });
    let told = told_of(&spinning, 1);
    let Stall::Silent { cpu_time, .. } = told[0].0 else { panic!("{told:?}") };
    if cfg!(target_os = "linux") {
        assert!(cpu_time.unwrap() > Duration::ZERO);
    }
    DONE.store(true, Ordering::Relaxed);
    let told = told_of(&spinning, 2);
    assert!(matches!(told[1].0, Stall::Ended { .. }), "{told:?}");
}

#[test]
fn what_the_crate_waits_for_is_no_stall() {
    static EVENT: Event = Event::new();
    let sleeping = watched(|| threadkit::sleep(Duration::MAX));
    let joining = watched({
        let sleeping = sleeping.clone();
        move || sleeping.join().is_ok()
    });
    let waiting = watched(|| EVENT.wait());
    let again_and_again = watched(|| -> Result<(), Stopped> {
        loop {
            threadkit::sleep(Duration::from_millis(1))?;
        }
    });
    let_the_limit_pass();
    assert_eq!(told_of(&sleeping, 0), []);
    assert_eq!(told_of(&joining, 0), []);
    assert_eq!(told_of(&waiting, 0), []);
    assert_eq!(told_of(&again_and_again, 0), []);
    EVENT.set();
    sleeping.request_stop();
}

#[test]
fn a_thread_that_says_so_makes_progress() {
    let working = watched(|| {
        while !stop_requested() {
            progress();
            black_box(0);
        }
    });
    let_the_limit_pass();
    assert_eq!(told_of(&working, 0), []);
}

#[thread_class(stall_after = "100ms")]
struct Feed {
    gate: mpsc::Receiver<()>,
}

#[thread_class]
impl Feed {
    fn run(&mut self) {
        let _ = self.gate.recv();
    }
}

#[test]
fn a_class_has_a_limit_and_an_object_another() {
    note_stalls();
    let (go, gate) = mpsc::channel();
    let feed = Feed { gate }.start().unwrap();
    let (patient_go, gate) = mpsc::channel();
    let patient = Builder::new(Feed { gate }).with_stall_after(Duration::MAX).start().unwrap();
    let told = told_of(&feed, 1);
    assert!(matches!(told[0].0, Stall::Silent { .. }), "{told:?}");
    assert_eq!(told_of(&patient, 0), []);
    drop((go, patient_go));
    assert!(matches!(told_of(&feed, 2)[1].0, Stall::Ended { .. }));
}

#[test]
fn there_is_one_watchdog_for_all() {
    let one = watched(|| threadkit::sleep(Duration::MAX));
    let two = watched(|| threadkit::sleep(Duration::MAX));
    let dump = threadkit::dump();
    let watchdogs = dump.threads().iter().filter(|row| row.class_name() == "Watchdog");
    assert_eq!(watchdogs.map(threadkit::ThreadDump::is_daemon).collect::<Vec<_>>(), [true]);
    drop((one, two));
}

#[test]
fn nobody_hears_of_progress_where_nobody_watches() {
    progress();
    std::thread::spawn(progress).join().unwrap();
    threadkit::spawn(progress).join().unwrap();
}
