//! Dumps with stacks, while threads start, lock, end, fork and allocate.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use threadkit::{Group, Guard, Thread, spawn, stop_requested};

use crate::memory;

/// Passes turns to and fro, each of which has to wake the other: a wake-up that is lost ends it, and the alarm the program.
fn players(turns: &'static AtomicUsize) -> [Thread; 2] {
    let (to, from_other) = mpsc::channel::<usize>();
    let (back, from_first) = mpsc::channel::<usize>();
    let first = spawn(move || {
        while !stop_requested() {
            turns.fetch_add(1, Ordering::Relaxed);
            if to.send(1).is_err() || from_first.recv().is_err() {
                break;
            }
        }
    });
    let second = spawn(move || {
        while let Ok(turn) = from_other.recv() {
            if back.send(turn).is_err() {
                break;
            }
        }
    });
    [first.to_thread(), second.to_thread()]
}

fn busy() -> Vec<Guard> {
    static LOCK: Mutex<u64> = Mutex::new(0);
    let workers: [fn(); 5] = [
        || {
            while !stop_requested() {
                *LOCK.lock().unwrap() += 1;
            }
        },
        || {
            while !stop_requested() {
                *LOCK.lock().unwrap() += 1;
            }
        },
        || {
            while !stop_requested() {
                drop(black_box(vec![0_u8; 10_000]));
            }
        },
        || {
            while !stop_requested() {
                thread::spawn(|| black_box(1)).join().unwrap();
            }
        },
        || {
            while !stop_requested() {
                fork();
            }
        },
    ];
    workers.into_iter().map(|f| Guard::new(spawn(f).to_thread())).collect()
}

/// The child dumps, and ends. It may do what takes the crate's locks: a fork waits for them.
fn fork() {
    // SAFETY: the child runs code that takes locks; that those of the crate are free in it is what is tested, and those of
    // glibc's malloc are freed by its own handlers.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let dump = threadkit::dump_stacks();
        let found = dump.threads().iter().filter(|row| row.stack().is_some()).count();
        // SAFETY: it ends the process, and nothing else of it runs.
        unsafe { libc::_exit(i32::from(found != 1)) };
    }
    let mut status = 0;
    // SAFETY: `status` is a place for the answer.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{status}");
    assert!(threadkit::sleep(Duration::from_millis(20)).is_ok() || stop_requested());
}

/// So many dumps, by two who ask at once.
fn round(dumps: usize) {
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    let players = players(&TURNS).map(Guard::new);
    let workers = busy();
    let askers = (0..2).map(|_| {
        threadkit::Target::new(move || {
            for _ in 0..dumps / 2 {
                let before = TURNS.load(Ordering::Relaxed);
                let dump = threadkit::dump_stacks();
                let of = |row: &&threadkit::ThreadDump| row.ident() == threadkit::get_ident();
                let own = dump.threads().iter().find(of).expect("it is alive");
                assert!(own.stack().is_some(), "{:?}", own.stack_error());
                while TURNS.load(Ordering::Relaxed) == before {
                    thread::yield_now();
                }
            }
        })
    });
    Group::start(askers).unwrap().join().unwrap();
    drop(players);
    drop(workers);
}

pub(crate) fn dumps(dumps: usize) {
    memory::comes_back(|| round(dumps));
}
