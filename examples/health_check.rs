//! A periodic task that others can ask how it does.
//!
//! ```sh
//! cargo run --example health_check -- README.md 500 # reads the file every 500 ms
//! ```
//!
//! Enter asks; the end of the input (Ctrl-D) ends it. It shows a loop on a period that a stop ends, a class whose state
//! others read while it runs (`run(&self)`), and three ways to be ill: the last round has failed, no round ends any more,
//! the thread is gone.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use threadkit::{Builder, Guard, Stopped, thread_class};

/// Counts the lines of a file, again and again. A round that fails does not end it.
#[thread_class(name = "counter", daemon)]
struct Counter {
    path: PathBuf,
    period: Duration,
    last: Mutex<Option<Round>>,
}

struct Round {
    ended: Instant,
    lines: io::Result<usize>,
}

#[thread_class]
impl Counter {
    fn new(path: impl Into<PathBuf>, period: Duration) -> Self {
        Self { path: path.into(), period, last: Mutex::default() }
    }

    fn run(&self) -> Result<(), Stopped> {
        let mut is_well = None;
        loop {
            let lines = fs::read_to_string(&self.path).map(|text| text.lines().count());
            let before = is_well.replace(lines.is_ok());
            *self.last.lock().unwrap() = Some(Round { ended: Instant::now(), lines });
            if before != is_well {
                println!("{}", self.health());
            }
            threadkit::ready();
            threadkit::sleep(self.period)?;
        }
    }

    /// Called by other threads, while `run` is at work or after it.
    fn health(&self) -> String {
        let last = self.last.lock().unwrap();
        let Some(last) = &*last else { return "ill: no round has ended".to_owned() };
        let age = last.ended.elapsed();
        match &last.lines {
            Err(error) => format!("ill: {error}"),
            // A round takes its time, too, and the machine may be busy.
            Ok(_) if age > 2 * self.period + Duration::from_secs(5) => {
                format!("ill: no round for {age:?}")
            }
            Ok(lines) => format!("well: {lines} lines"),
        }
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "README.md".to_owned());
    let period = arguments.next().map_or(Ok(500), |period| period.parse())?;
    let counter = Counter::new(path, Duration::from_millis(period));
    // Ready after the first round. The drop of the guard stops it, and does not wait for the period.
    let counter = Guard::new(Builder::new(counter).start_ready()?);
    for line in io::stdin().lines() {
        line?;
        // A panic has been reported.
        let health = if counter.is_alive() {
            counter.health()
        } else {
            "ill: the thread is gone".to_owned()
        };
        println!("asked: {health}");
    }
    Ok(())
}
