//! A tree of supervisors over three levels, a web of failures in it, and what came of that, from the timeline.
//!
//! ```sh
//! cargo run --example supervision                # prints what happened, in its order
//! cargo run --example supervision -- run.json    # and keeps the timeline, for <https://ui.perfetto.dev>
//! ```
//!
//! ```text
//! app (the rest for one: the network needs the storage)
//!   storage (one for all: index and journal need each other)
//!     journal
//!     index         fails three times
//!   network (one for one)
//!     connection 1  panics once
//!     connection 2
//! ```
//!
//! A connection that panics is restarted alone. When the index fails, it is restarted with the journal; when that has
//! not helped, the storage gives up, and the app begins anew with the storage and with the network, which needs it.

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs};

use serde_json::Value;
use threadkit::{Event, Stopped, Strategy, Supervisor, Timeline, sleep, thread_class};

/// Works until it is asked to stop, or until it fails, for as many attempts as it does.
#[thread_class(excepthook = threadkit::silent)]
struct Worker {
    attempts: &'static AtomicU32,
    failures: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        RECONNECTED.wait_or_stop()?;
        if attempt <= self.failures {
            return Err(format!("attempt {attempt} has failed").into());
        }
        if self.failures == 3 {
            STEADY.set();
        }
        Ok(sleep(Duration::MAX)?)
    }
}

/// Set when the connection is there again, whose failure comes first.
static RECONNECTED: Event = Event::new();

/// Set when the last of the failures is past.
static STEADY: Event = Event::new();

/// Panics when it is first used.
#[thread_class(excepthook = threadkit::silent)]
struct Connection {
    failures: u32,
}

#[thread_class]
impl Connection {
    fn run(&self) -> Result<(), Stopped> {
        static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
        if self.failures > 0 {
            let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed) + 1;
            assert!(attempt > self.failures, "the peer is gone");
            RECONNECTED.set();
        }
        sleep(Duration::MAX)
    }
}

fn storage() -> Supervisor {
    static JOURNAL: AtomicU32 = AtomicU32::new(0);
    static INDEX: AtomicU32 = AtomicU32::new(0);
    Supervisor::new()
        .child("journal", || Worker { attempts: &JOURNAL, failures: 0 })
        .child("index", || Worker { attempts: &INDEX, failures: 3 })
        .with_strategy(Strategy::OneForAll)
        .with_max_restarts(1, Duration::from_secs(60))
}

fn network() -> Supervisor {
    Supervisor::new()
        .child("connection 1", || Connection { failures: 1 })
        .child("connection 2", || Connection { failures: 0 })
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn Error>> {
    let timeline = Timeline::start();
    let app = Supervisor::new()
        .child("storage", storage)
        .child("network", network)
        .with_strategy(Strategy::RestForOne)
        .with_name("app")
        .start()?;
    STEADY.wait();
    println!("{}", threadkit::dump());
    app.request_stop();
    app.join()?;

    let mut json = Vec::new();
    timeline.write_to(&mut json)?;
    tell(&serde_json::from_slice::<Vec<Value>>(&json)?);
    if let Some(path) = env::args().nth(1) {
        fs::write(path, json)?;
    }
    Ok(())
}

/// Prints what the threads did, in its order: what they started, how they failed, and what the supervisors did then.
fn tell(events: &[Value]) {
    let names = events.iter().filter(|event| event["name"] == "thread_name");
    let name_of = |thread: &Value| {
        let row = names.clone().find(|row| row["tid"] == *thread);
        row.and_then(|row| row["args"]["name"].as_str()).unwrap_or("?")
    };
    let told = |event: &&Value| ["start", "failure", "note"].iter().any(|cat| event["cat"] == *cat);
    let mut events: Vec<_> = events.iter().filter(told).collect();
    let moment = |event: &Value| event["ts"].as_f64().unwrap_or_default();
    events.sort_by(|one, other| moment(one).total_cmp(&moment(other)));
    for event in events {
        let what = event["name"].as_str().unwrap_or_default();
        println!("{:8.3} ms  {}: {what}", moment(event) / 1e3, name_of(&event["tid"]));
    }
}
