//! What a thread for each tiny job costs, beside a pool and an async runtime made for that.
//!
//! ```sh
//! cargo run --release --example tiny_jobs
//! cargo run --release --example tiny_jobs -- 100000
//! ```
//!
//! It shows what thread classes are not for, and the way to use them all the same: a few threads
//! with many jobs each, fed by a channel. All rows do the same work and check their sum.

use std::num::NonZero;
use std::time::{Duration, Instant};
use std::{env, hint, thread};

use crossbeam_channel::Receiver;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use threadkit::{Builder, Group, Target, spawn, thread_class};

/// Less than a microsecond of work, which the compiler may not take away.
fn job(number: u64) -> u64 {
    (0..200).fold(number, |sum, step| hint::black_box(sum) ^ step)
}

/// A worker for many jobs.
#[thread_class]
struct Worker {
    jobs: Receiver<u64>,
}

#[thread_class]
impl Worker {
    fn run(&mut self) -> u64 {
        self.jobs.iter().map(job).sum()
    }
}

fn std_threads(jobs: u64) -> u64 {
    (0..jobs).map(|number| thread::spawn(move || job(number)).join().expect(NO_PANIC)).sum()
}

fn threadkit_threads(jobs: u64) -> u64 {
    (0..jobs).map(|number| spawn(move || job(number)).value().expect(NO_PANIC)).sum()
}

fn kept_threads(jobs: u64) -> u64 {
    let start = |number| Builder::new(Target::new(move || job(number))).with_reuse(true).start();
    (0..jobs).map(|number| start(number).expect("a thread").value().expect(NO_PANIC)).sum()
}

fn tokio_tasks(jobs: u64) -> u64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    runtime.block_on(async {
        let tasks = (0..jobs).map(|number| tokio::spawn(async move { job(number) }));
        let mut sum = 0;
        for task in tasks.collect::<Vec<_>>() {
            sum += task.await.expect(NO_PANIC);
        }
        sum
    })
}

fn rayon_jobs(jobs: u64) -> u64 {
    (0..jobs).into_par_iter().map(job).sum()
}

fn thread_class_workers(jobs: u64) -> u64 {
    let (feed, inbox) = crossbeam_channel::bounded(1024);
    let cores = thread::available_parallelism().map_or(4, NonZero::get);
    let workers = (0..cores).map(|_| Worker { jobs: inbox.clone() });
    let workers = Group::start(workers).expect("a thread for each core");
    for number in 0..jobs {
        feed.send(number).expect("the workers wait for jobs");
    }
    drop(feed);
    workers.iter().map(|worker| worker.value().expect(NO_PANIC)).sum()
}

const NO_PANIC: &str = "a job that does not panic";

/// One way to do the jobs.
type Way = fn(u64) -> u64;

const WAYS: [(&str, Way); 6] = [
    ("std::thread for each job", std_threads),
    ("threadkit::spawn for each job", threadkit_threads),
    ("kept threads, `with_reuse(true)`", kept_threads),
    ("tokio, a task for each job", tokio_tasks),
    ("rayon, a parallel iterator", rayon_jobs),
    ("a thread class for each core", thread_class_workers),
];

#[threadkit::main]
fn main() -> Result<(), std::num::ParseIntError> {
    let jobs = env::args().nth(1).map_or(Ok(10_000), |jobs| jobs.parse())?;
    let begin = Instant::now();
    let expected: u64 = (0..jobs).map(job).sum();
    row("a loop, no threads", begin.elapsed(), jobs);
    for (name, way) in WAYS {
        let begin = Instant::now();
        assert_eq!(way(jobs), expected, "{name}");
        row(name, begin.elapsed(), jobs);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for people to read")]
fn row(name: &str, time: Duration, jobs: u64) {
    println!("{name:32} {:8.2} µs a job", time.as_secs_f64() * 1e6 / jobs as f64);
}
