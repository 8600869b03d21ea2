//! A logger: one thread writes the file, any thread may call `log`.
//!
//! ```sh
//! cargo run --example logger -- log.txt      # Ctrl-C stops it
//! cargo run --example logger -- log.txt 1000 # or each worker does after 1000 lines
//! ```
//!
//! It shows a class whose method other threads call through the handle (`run(&self)`); a bounded
//! queue, so that a slow disk slows the workers down instead of filling the memory; and an end at
//! which nothing is lost: a line for which `log` returned `Ok` is in the file, on Ctrl-C, too.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::{env, fmt};

use crossbeam_channel::{Receiver, Sender};
use threadkit::{Builder, Group, Guard, Thread, thread_class};

/// Writes lines to a file.
#[thread_class]
struct Logger {
    path: PathBuf,
    /// `None` once the log is closed.
    queue: Arc<RwLock<Option<Sender<String>>>>,
    /// Taken by the thread, so that the queue's other end is gone when the thread is.
    lines: Mutex<Option<Receiver<String>>>,
}

#[thread_class]
impl Logger {
    fn new(path: impl Into<PathBuf>) -> Self {
        let (queue, lines) = crossbeam_channel::bounded(1024);
        let (queue, lines) = (Arc::new(RwLock::new(Some(queue))), Mutex::new(Some(lines)));
        Self { path: path.into(), queue, lines }
    }

    fn run(&self) -> io::Result<()> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut file = BufWriter::new(File::create(&self.path)?);
        let queue = self.queue.clone();
        threadkit::on_stop(move || drop(queue.write().map(|mut queue| queue.take())));
        threadkit::ready();
        // Without its sender the queue is closed; what is in it still comes out.
        for line in lines.iter().flatten() {
            writeln!(file, "{line}")?;
        }
        file.flush()
    }

    /// Waits while the queue is full.
    fn log(&self, line: impl fmt::Display) -> Result<(), Closed> {
        let queue = self.queue.read().map_err(|_| Closed)?;
        queue.as_ref().and_then(|queue| queue.send(line.to_string()).ok()).ok_or(Closed)
    }
}

/// The logger was asked to stop, or has failed.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the log is closed")
    }
}

impl std::error::Error for Closed {}

/// Logs until it is asked to stop; its value is the number of its lines.
#[thread_class]
struct Worker {
    logger: Thread<Logger>,
    limit: usize,
}

#[thread_class]
impl Worker {
    fn run(&self) -> Result<usize, Closed> {
        let name = threadkit::current_thread().name();
        let mut lines = 0;
        while lines < self.limit && !threadkit::stop_requested() {
            lines += 1;
            self.logger.log(format_args!("{name}: line {lines}"))?;
        }
        Ok(lines)
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "log.txt".to_owned());
    let limit = arguments.next().map_or(Ok(usize::MAX), |limit| limit.parse())?;

    // Whatever fails here, the logger is asked to stop, and waited for.
    let logger = Guard::new(Builder::new(Logger::new(path)).start_ready()?);
    let workers = (0..4).map(|_| Worker { logger: Thread::clone(&logger), limit });
    let workers = Arc::new(Group::start(workers)?);
    ctrlc::set_handler({
        let workers = workers.clone();
        move || workers.request_stop()
    })?;
    println!("Ctrl-C stops");
    let mut lines = 0;
    for worker in &*workers {
        lines += worker.value()??;
    }
    logger.request_stop();
    logger.join()?;
    println!("{lines} lines");
    Ok(())
}
