//! A pool of threads for closures. Its queue is bounded, and it keeps its size when a job panics.
//!
//! ```sh
//! cargo run --example worker_pool
//! ```
//!
//! The workers wait at a condition variable, from which a stop wakes them. So the drop of their group is all that ends
//! the pool. With std's threads, a flag has to be kept beside the jobs, set and told to all, and each handle joined; and
//! if one worker cannot be started, those before it are left behind.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::available_parallelism;

use threadkit::{Group, Stopped, Thread, stop_requested, thread_class, while_stoppable};

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Those that wait, and those at work.
    unfinished: usize,
    panicked: usize,
}

/// What the workers and their owner share.
struct Queue {
    /// So many jobs may wait.
    places: usize,
    state: Mutex<State>,
    changed: Condvar,
}

impl Queue {
    fn wait_while(&self, condition: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap();
        self.changed.wait_while(state, |state| condition(state)).unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    /// None when the worker has been asked to stop and no job is left.
    fn next(&self) -> Option<Job> {
        // Under the lock, since who has seen no stop is asleep when it is free.
        let wake = || self.change(|_| ());
        let job = while_stoppable(wake, || {
            let idle = |state: &State| state.waiting.is_empty() && !stop_requested();
            self.wait_while(idle).waiting.pop_front()
        });
        self.changed.notify_all(); // there is a place
        job
    }
}

#[thread_class(name = "worker", daemon)]
struct Worker {
    queue: Arc<Queue>,
}

#[thread_class]
impl Worker {
    fn run(&mut self) {
        while let Some(job) = self.queue.next() {
            // The panic hook has said what went wrong.
            let has_panicked = catch_unwind(AssertUnwindSafe(job)).is_err();
            self.queue.change(|state| {
                state.unfinished -= 1;
                state.panicked += usize::from(has_panicked);
            });
        }
    }
}

/// Its drop waits for the jobs.
struct Pool {
    queue: Arc<Queue>,
    workers: Group<Worker>,
}

impl Pool {
    /// All workers or an error.
    fn new(size: usize, places: usize) -> io::Result<Self> {
        let queue = Queue { places, state: Mutex::default(), changed: Condvar::new() };
        let queue = Arc::new(queue);
        let workers = Group::start((0..size).map(|_| Worker { queue: queue.clone() }))?;
        Ok(Self { queue, workers })
    }

    /// Waits for a place in the queue; a job of the pool, which would wait for itself, should not call it. An error when
    /// the workers have been asked to stop, say by `stop_all`.
    fn execute(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Stopped> {
        let mut state = self.queue.wait_while(|state| state.waiting.len() >= self.queue.places);
        // Under the lock: a worker that has left because of its stop has seen the queue empty.
        if self.workers.iter().any(Thread::stop_requested) {
            return Err(Stopped);
        }
        state.waiting.push_back(Box::new(job));
        state.unfinished += 1;
        drop(state);
        self.queue.changed.notify_all();
        Ok(())
    }

    /// Waits until no job is left, and says how many have panicked.
    fn finish(&self) -> usize {
        self.queue.wait_while(|state| state.unfinished > 0).panicked
    }
}

fn is_prime(n: u64) -> bool {
    n >= 2 && (2..=n.isqrt()).all(|d| n % d != 0)
}

#[threadkit::main]
fn main() -> io::Result<()> {
    let size = available_parallelism()?.get();
    let pool = Pool::new(size, 2 * size)?;
    let primes = Arc::new(AtomicU64::new(0));
    for block in 0..100 {
        let primes = primes.clone();
        pool.execute(move || {
            let found = (block * 1_000..(block + 1) * 1_000).filter(|n| is_prime(*n)).count();
            primes.fetch_add(found as u64, Ordering::Relaxed);
        })?;
    }
    pool.execute(|| panic!("a job that goes wrong"))?;
    println!("{} of the jobs panicked", pool.finish());
    println!("{} primes are below 100000", primes.load(Ordering::Relaxed));
    Ok(())
}
