//! A watchdog: it restarts a worker that fails, and shows what the threads are doing at that moment.
//!
//! ```sh
//! cargo run --example watchdog
//! ```
//!
//! It shows how a failure reaches whoever joins the thread (`JoinError::Failed`), a class that keeps its
//! failures from the excepthook because they are handled here (`threadkit::silent`), an orderly stop
//! (`threadkit::sleep(..)?`), and the table of all threads (`threadkit::dump`).

use std::time::Duration;

use threadkit::{Guard, JoinError, Stopped, Thread, thread_class};

/// Does its work in three steps; a step fails at the first two attempts.
#[thread_class(name = "worker {attempt}", excepthook = threadkit::silent)]
struct Worker {
    attempt: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) -> Result<&'static str, String> {
        match self.attempt {
            1 => Err("the disk is full".to_owned()),
            2 => panic!("index out of range"),
            _ => Ok("done"),
        }
    }
}

/// Starts workers until one succeeds, `attempts` at most, and waits longer after each failure.
#[thread_class]
struct Watchdog {
    attempts: u32,
    pause: Duration,
}

#[thread_class]
impl Watchdog {
    fn run(&mut self) -> Result<Thread<Worker>, Box<dyn std::error::Error + Send + Sync>> {
        for attempt in 1..=self.attempts {
            let worker = Guard::new(Worker { attempt }.start()?);
            // A watchdog that is asked to stop passes it on.
            let asked = worker.to_thread();
            threadkit::on_stop(move || asked.request_stop());
            match worker.join() {
                Ok(()) => return Ok(worker.detach()),
                Err(JoinError::Failed(failure)) => println!("{failure}"),
                Err(other) => return Err(other.into()),
            }
            println!("{}", threadkit::dump());
            threadkit::sleep(self.pause * attempt)?;
        }
        Err(format!("{} attempts have failed", self.attempts).into())
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let watchdog = Watchdog { attempts: 5, pause: Duration::from_millis(10) }.start()?;
    match watchdog.value()? {
        Ok(worker) => println!("{}: {}", worker.name(), worker.value()??),
        Err(error) if error.is::<Stopped>() => println!("stopped"),
        Err(error) => return Err(error),
    }
    Ok(())
}
