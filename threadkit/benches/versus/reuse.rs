//! Threads that are kept, beside threads of std and beside pools.

use std::hint::black_box;
use std::sync::mpsc;

use threadkit::{Thread, thread_class};

use crate::harness::{Bar, Table, each};
use crate::pin::Pinned;
use crate::starts::{peer, peer_one_by_one};

/// A thread that does nothing, and is kept.
#[thread_class(reuse)]
struct Kept;

#[thread_class]
impl Kept {
    fn run(&self) -> u32 {
        black_box(1)
    }
}

const BATCH: u32 = 32;
const TIMES: u32 = 50;

fn ours() -> Thread<Kept> {
    Kept.start().expect("a thread")
}

fn ours_one_by_one() -> f64 {
    each(TIMES, || (0..TIMES).for_each(|_| assert_eq!(ours().value().ok(), Some(1))))
}

fn ours_in_batch() -> f64 {
    each(BATCH, || {
        let threads: Vec<_> = (0..BATCH).map(|_| ours()).collect();
        for thread in threads {
            assert_eq!(thread.value().ok(), Some(1));
        }
    })
}

fn std_in_batch() -> f64 {
    each(BATCH, || {
        let threads: Vec<_> = (0..BATCH).map(|_| peer()).collect();
        for thread in threads {
            assert_eq!(thread.join().ok(), Some(1));
        }
    })
}

pub(crate) fn measure(table: &mut Table) {
    on(table, "free", 0.70, 0.15);
    match Pinned::new() {
        Ok(_pinned) => on(table, "on one processor", 0.20, 0.15),
        Err(why) => table.skip("kept threads on one processor", why),
    }
}

fn on(table: &mut Table, processors: &str, one: f64, batch: f64) {
    let row = |what: &str, peer: &str| format!("kept: {what} over {peer}, {processors}");
    let (alone, many) = ("start + join", "start + join in batches of 32");
    let std = || each(TIMES, || peer_one_by_one(TIMES));
    table.pair(row(alone, "std's"), Bar::Ratio(one), 301, ours_one_by_one, std);
    table.pair(row(many, "std's"), Bar::Ratio(batch), 301, ours_in_batch, std_in_batch);

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let spawn = || tokio::task::spawn_blocking(|| black_box(1));
    let tokio = || {
        each(TIMES, || {
            runtime.block_on(async {
                for _ in 0..TIMES {
                    spawn().await.expect("it does not fail");
                }
            });
        })
    };
    table.pair(
        row(alone, "tokio's `spawn_blocking`"),
        Bar::Ratio(1.0),
        301,
        ours_one_by_one,
        tokio,
    );
    let tokio = || {
        each(BATCH, || {
            runtime.block_on(async {
                for job in (0..BATCH).map(|_| spawn()).collect::<Vec<_>>() {
                    job.await.expect("it does not fail");
                }
            });
        })
    };
    table.pair(row(many, "tokio's `spawn_blocking`"), Bar::Ratio(1.0), 301, ours_in_batch, tokio);

    let unblock = || blocking::unblock(|| black_box(1));
    let blocking =
        || each(TIMES, || (0..TIMES).for_each(|_| assert_eq!(pollster::block_on(unblock()), 1)));
    table.pair(row(alone, "`blocking::unblock`"), Bar::Ratio(1.0), 301, ours_one_by_one, blocking);
    let blocking = || {
        each(BATCH, || {
            let jobs: Vec<_> = (0..BATCH).map(|_| unblock()).collect();
            for job in jobs {
                assert_eq!(pollster::block_on(job), 1);
            }
        })
    };
    table.pair(row(many, "`blocking::unblock`"), Bar::Ratio(1.0), 301, ours_in_batch, blocking);

    let pool = threadpool::ThreadPool::new(BATCH as usize);
    let execute = || {
        let (give, value) = mpsc::channel();
        pool.execute(move || give.send(black_box(1)).expect("the bench waits"));
        value
    };
    let threadpool =
        || each(TIMES, || (0..TIMES).for_each(|_| assert_eq!(execute().recv(), Ok(1))));
    table.pair(row(alone, "`threadpool`"), Bar::Ratio(1.0), 301, ours_one_by_one, threadpool);
    let threadpool = || {
        each(BATCH, || {
            let jobs: Vec<_> = (0..BATCH).map(|_| execute()).collect();
            for job in jobs {
                assert_eq!(job.recv(), Ok(1));
            }
        })
    };
    table.pair(row(many, "`threadpool`"), Bar::Ratio(1.0), 301, ours_in_batch, threadpool);
}
