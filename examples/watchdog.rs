//! A watchdog: it restarts a worker that fails, and shows what the threads are doing at that moment.
//!
//! ```sh
//! cargo run --example watchdog
//! ```
//!
//! It shows a supervisor with one child and what it tells (`Supervisor::on_event`), a class that keeps its failures
//! from the excepthook because they are handled here (`threadkit::silent`), and the table of all threads
//! (`threadkit::dump`).

use std::error::Error;

use threadkit::{Supervisor, thread_class};

/// Does its work in three steps; a step fails at the first two attempts.
#[thread_class(name = "worker {attempt}", excepthook = threadkit::silent)]
struct Worker {
    attempt: u32,
}

#[thread_class]
impl Worker {
    fn run(&self) -> Result<(), String> {
        match self.attempt {
            1 => Err("the disk is full".to_owned()),
            2 => panic!("index out of range"),
            attempt => {
                println!("attempt {attempt}: done");
                Ok(())
            }
        }
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn Error>> {
    let mut attempt = 0;
    let watchdog = Supervisor::new()
        .child("worker", move || {
            attempt += 1;
            Worker { attempt }
        })
        .on_event(|event| println!("the watchdog {event}\n{}", threadkit::dump()))
        .with_name("watchdog")
        .start()?;
    watchdog.join()?; // an error once it has given up
    Ok(())
}
