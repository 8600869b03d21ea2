//! What thread-local data costs in memory, by an allocator that counts.
//!
//! One test, as the allocator counts for the whole process.

#[allow(dead_code, reason = "the programs use the rest")]
#[path = "programs/memory.rs"]
mod memory;

use std::cell::Cell;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use memory::bytes;
use parking_lot::{Condvar, Mutex};
use threadkit::Local;

/// Bytes beside the value, for each of `instances` in each of `threads`.
fn overhead(instances: usize, threads: usize) -> f64 {
    let locals: Vec<Local<Cell<u64>>> = (0..instances).map(|_| Local::default()).collect();
    let (ready, measured) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    let (used, done) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    let grown = thread::scope(|s| {
        let work = || {
            // Puts the thread into parking_lot's table, which grows with the threads that have ever waited for a lock.
            let _ = Condvar::new().wait_for(&mut Mutex::new(()).lock(), Duration::ZERO);
            ready.wait();
            measured.wait();
            for local in &locals {
                local.set(1);
            }
            used.wait();
            done.wait();
        };
        let threads: Vec<_> = (0..threads).map(|_| s.spawn(work)).collect();
        ready.wait();
        let before = bytes();
        measured.wait();
        used.wait();
        let grown = bytes() - before;
        done.wait();
        for thread in threads {
            thread.join().unwrap();
        }
        grown
    });
    let values = instances * threads;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let each = grown as f64 / values as f64;
    each - 8.0
}

/// Drops instances that a thread has used, here and there, and tells by how much memory has grown.
fn churn(count: usize) -> isize {
    const BATCH: usize = 100;
    let (give, take) = mpsc::sync_channel::<Vec<Local<Cell<u64>>>>(0);
    let (give_back, take_back) = mpsc::sync_channel(0);
    thread::scope(|s| {
        let work = move || {
            for mut locals in take {
                for local in &locals {
                    local.set(1);
                }
                // Half are dropped by the thread itself.
                locals.truncate(BATCH / 2);
                give_back.send(locals).unwrap();
            }
        };
        let user = s.spawn(work);
        let round = |_| {
            give.send((0..BATCH).map(|_| Local::default()).collect()).unwrap();
            drop(take_back.recv().unwrap());
        };
        (0..10).for_each(round);
        let before = bytes();
        (0..count / BATCH).for_each(round);
        let grown = bytes() - before;
        drop(give);
        user.join().unwrap();
        grown
    })
}

/// Uses a keeping instance in threads that come and go, and tells by how much memory has grown.
fn keep(threads: usize) -> isize {
    let local = Local::keeping(|| Cell::new(0_u64));
    let round = |_| {
        thread::scope(|s| {
            for _ in 0..10 {
                s.spawn(|| local.set(1)).join().unwrap();
            }
        });
        assert_eq!(local.take_kept().len(), 10);
    };
    (0..10).for_each(round);
    let before = bytes();
    (0..threads / 10).for_each(round);
    bytes() - before
}

#[test]
fn memory_is_bounded_and_given_back() {
    // What there is once a thread is in its own memory, or, without the compiler's thread-locals, in boxes.
    let in_boxes = cfg!(any(windows, threadkit_locals = "keys"));
    let of_the_thread = if in_boxes { 256.0 } else { 0.0 };
    // The worst are numbers just past those at which tables and lists grow.
    for (instances, threads) in
        [(1, 82), (2, 82), (7, 82), (97, 1000), (769, 82), (1000, 1000), (1537, 82)]
    {
        let overhead = overhead(instances, threads);
        println!("{instances} instances, {threads} threads: {overhead:.1} bytes beside each value");
        let of_the_thread = of_the_thread / f64::from(u16::try_from(instances).unwrap());
        assert!(overhead <= 96.0 + of_the_thread, "{overhead} bytes");
    }
    let grown = churn(100_000);
    println!("100,000 instances created and dropped: {grown} bytes more");
    // The thread keeps as many dead nodes as its table has room for.
    assert!(grown.abs() < 16 * 1024, "{grown} bytes");
    let grown = keep(1000);
    println!("what 1,000 threads left behind taken in between: {grown} bytes more");
    assert!(grown.abs() < 1024, "{grown} bytes");
    // In the end nothing is left, of threads or of instances.
    let before = bytes();
    overhead(500, 20);
    churn(1000);
    let left = bytes() - before;
    println!("left: {left} bytes");
    assert!(left.abs() < 1024, "{left} bytes");
}
