//! Threads that are blocked, each in something else, and how each is stopped.
//!
//! ```sh
//! cargo run --example stopping
//! ```
//!
//! `request_stop` wakes a thread from what this crate knows of: its own waits, and `park`. For all else
//! the thread says with `on_stop`, or for the time of a call with `while_stoppable`, what wakes it, and that runs on the
//! thread that calls `request_stop`.

use std::collections::VecDeque;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread::park;
use std::time::Duration;

use threadkit::{
    Event, Group, Stopped, Target, Thread, on_stop, ready, stop_requested, while_stoppable,
};

/// Waits of this crate: a stop ends them with an error, which is an orderly end of the thread.
fn sleeps() -> Target<Result<(), Stopped>> {
    Target::fallible(|| {
        ready();
        threadkit::sleep(Duration::from_secs(3600))
    })
}

fn waits_for_an_event() -> Target<Result<(), Stopped>> {
    Target::fallible(|| {
        ready();
        Event::new().wait_or_stop()
    })
}

/// A stop unparks.
fn parks() -> Target<()> {
    Target::new(|| {
        ready();
        while !stop_requested() {
            park();
        }
    })
}

/// The stop notifies the condition variable. It takes the lock before: who has seen no stop is asleep when that is free.
fn waits_at_a_condition() -> Target<Option<u32>> {
    Target::new(|| {
        let (jobs, changed) = (Mutex::new(VecDeque::new()), Condvar::new());
        let wake = || {
            drop(jobs.lock());
            changed.notify_all();
        };
        ready();
        while_stoppable(wake, || {
            let idle = |jobs: &mut VecDeque<u32>| jobs.is_empty() && !stop_requested();
            changed.wait_while(jobs.lock().unwrap(), idle).unwrap().pop_front()
        })
    })
}

/// The stop is a message, since others may have senders, too. There is none to hear it once the thread is
/// over.
fn receives() -> Target<Option<u32>> {
    let (jobs, inbox) = mpsc::channel::<Option<u32>>();
    Target::new(move || {
        on_stop(move || _ = jobs.send(None));
        ready();
        inbox.iter().map_while(|job| job).max()
    })
}

/// The stop is a channel of its own that closes.
fn selects() -> Target<Option<u32>> {
    let (jobs, inbox) = crossbeam_channel::unbounded::<u32>();
    Target::new(move || {
        let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
        on_stop(move || drop(stop));
        ready();
        let job = crossbeam_channel::select! {
            recv(inbox) -> job => job.ok(),
            recv(stopped) -> _ => None,
        };
        drop(jobs); // it was open all the time
        job
    })
}

/// The stop is a connection.
fn accepts() -> Target<io::Result<()>> {
    Target::fallible(|| {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        on_stop(move || drop(TcpStream::connect(address)));
        ready();
        for connection in listener.incoming() {
            if stop_requested() {
                break;
            }
            println!("{} has come", connection?.peer_addr()?);
        }
        Ok(())
    })
}

/// The stop notifies the poller.
fn polls() -> Target<io::Result<()>> {
    Target::fallible(|| {
        let poller = Arc::new(polling::Poller::new()?);
        let notified = poller.clone();
        on_stop(move || notified.notify().expect("the poller is there"));
        ready();
        let mut events = polling::Events::new();
        while !stop_requested() {
            poller.wait(&mut events, None)?;
        }
        Ok(())
    })
}

/// The stop notifies a task.
fn blocks_on_a_runtime() -> Target<io::Result<()>> {
    Target::fallible(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let stop = Arc::new(tokio::sync::Notify::new());
        let notified = stop.clone();
        on_stop(move || notified.notify_one());
        ready();
        runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(3600)) => println!("an hour has passed"),
                () = stop.notified() => {}
            }
        });
        Ok(())
    })
}

/// Starts a thread that is blocked, or about to be, when this returns.
#[track_caller]
fn start<R: Send + 'static>(name: &str, target: Target<R>) -> io::Result<Thread<Target<R>>> {
    Ok(target.with_name(name).start_ready()?)
}

#[threadkit::main]
fn main() -> io::Result<()> {
    let mut blocked = Group::new();
    blocked.add(start("sleep", sleeps())?);
    blocked.add(start("event", waits_for_an_event())?);
    blocked.add(start("park", parks())?);
    blocked.add(start("condition", waits_at_a_condition())?);
    blocked.add(start("mpsc", receives())?);
    blocked.add(start("select", selects())?);
    blocked.add(start("accept", accepts())?);
    blocked.add(start("poll", polls())?);
    blocked.add(start("runtime", blocks_on_a_runtime())?);
    print!("{}", threadkit::dump());

    blocked.request_stop();
    while let Some((thread, outcome)) = blocked.wait_any() {
        outcome?;
        println!("{} has stopped", thread.name());
    }
    Ok(())
}
