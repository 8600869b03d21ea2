//! A pool of threads for closures, which keeps its size when a job panics.
//!
//! ```sh
//! cargo run --example worker_pool
//! ```
//!
//! With std's threads, the handles have to be kept and joined by hand, after the channel has been closed by hand;
//! and if one worker cannot be started, those before it are left behind.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::available_parallelism;

use threadkit::{Group, thread_class};

type Job = Box<dyn FnOnce() + Send>;

/// What the workers and their owner share.
struct Shared {
    jobs: Mutex<Receiver<Job>>,
    unfinished: Mutex<usize>,
    finished: Condvar,
    panicked: AtomicUsize,
}

/// Ends when the channel is closed and empty.
#[thread_class(name = "worker", daemon)]
struct Worker {
    shared: Arc<Shared>,
}

#[thread_class]
impl Worker {
    fn run(&self) {
        while let Some(job) = self.next() {
            // The panic hook has said what went wrong.
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                self.shared.panicked.fetch_add(1, Ordering::Relaxed);
            }
            *self.shared.unfinished.lock().unwrap() -= 1;
            self.shared.finished.notify_all();
        }
    }

    fn next(&self) -> Option<Job> {
        self.shared.jobs.lock().unwrap().recv().ok()
    }
}

/// Its drop waits for the jobs. The fields are dropped in their order: first the channel is closed, then
/// the workers are joined.
struct Pool {
    jobs: Sender<Job>,
    _workers: Group<Worker>,
    shared: Arc<Shared>,
}

impl Pool {
    /// All workers or an error.
    fn new(size: usize) -> io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        let shared = Arc::new(Shared {
            jobs: Mutex::new(inbox),
            unfinished: Mutex::new(0),
            finished: Condvar::new(),
            panicked: AtomicUsize::new(0),
        });
        let workers = Group::start((0..size).map(|_| Worker { shared: shared.clone() }))?;
        Ok(Self { jobs, _workers: workers, shared })
    }

    fn execute(&self, job: impl FnOnce() + Send + 'static) {
        *self.shared.unfinished.lock().unwrap() += 1;
        self.jobs.send(Box::new(job)).expect("the workers hold the other end");
    }

    /// Waits until no job is left, and says how many have panicked.
    fn finish(&self) -> usize {
        let unfinished = self.shared.unfinished.lock().unwrap();
        drop(self.shared.finished.wait_while(unfinished, |jobs| *jobs > 0).unwrap());
        self.shared.panicked.load(Ordering::Relaxed)
    }
}

fn is_prime(n: u64) -> bool {
    n >= 2 && (2..=n.isqrt()).all(|d| n % d != 0)
}

#[threadkit::main]
fn main() -> io::Result<()> {
    let pool = Pool::new(available_parallelism()?.get())?;
    let primes = Arc::new(AtomicU64::new(0));
    for block in 0..100 {
        let primes = primes.clone();
        pool.execute(move || {
            let found = (block * 1_000..(block + 1) * 1_000).filter(|n| is_prime(*n)).count();
            primes.fetch_add(found as u64, Ordering::Relaxed);
        });
    }
    pool.execute(|| panic!("a job that goes wrong"));
    println!("{} of the jobs panicked", pool.finish());
    println!("{} primes are below 100000", primes.load(Ordering::Relaxed));
    Ok(())
}
