//! Stopping threads that are blocked in what the crate does not know of.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use threadkit::{Builder, Stopped, Target, on_stop, spawn, stop_requested};

#[test]
fn a_thread_in_park_is_woken() {
    let thread = spawn(|| {
        while !stop_requested() {
            std::thread::park();
        }
    });
    thread.request_stop();
    thread.join().unwrap();
}

#[test]
fn a_thread_that_receives_is_woken_by_closing_the_channel() {
    let (sender, receiver) = mpsc::channel::<u32>();
    let thread = Builder::new(Target::new(move || receiver.iter().sum::<u32>()))
        .on_stop({
            let sender = sender.clone();
            move || drop(sender)
        })
        .start()
        .unwrap();
    sender.send(7).unwrap();
    drop(sender);
    thread.request_stop();
    assert_eq!(thread.value().unwrap(), 7);
}

#[test]
fn a_thread_that_accepts_is_woken_by_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = spawn(move || {
        on_stop(move || drop(TcpStream::connect(address)));
        let mut served = 0;
        for _connection in listener.incoming() {
            if stop_requested() {
                break;
            }
            served += 1;
        }
        served
    });
    drop(TcpStream::connect(address).unwrap());
    server.request_stop();
    assert!(server.value().unwrap() <= 1);
}

#[test]
fn a_thread_that_selects_is_woken_by_a_channel_for_the_stop() {
    let (jobs, inbox) = crossbeam_channel::unbounded();
    let worker = spawn(move || {
        let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
        on_stop(move || drop(stop));
        let mut sum = 0;
        loop {
            crossbeam_channel::select_biased! {
                recv(inbox) -> job => sum += job.unwrap(),
                recv(stopped) -> _ => return sum,
            }
        }
    });
    // The channel of the jobs stays open.
    (1..=4).for_each(|job| jobs.send(job).unwrap());
    worker.request_stop();
    assert_eq!(worker.value().unwrap(), 10);
}

#[test]
fn a_thread_in_a_poller_is_notified() {
    let poller = Arc::new(polling::Poller::new().unwrap());
    let thread = spawn(move || {
        let notify = poller.clone();
        on_stop(move || notify.notify().unwrap());
        let mut events = polling::Events::new();
        while !stop_requested() {
            poller.wait(&mut events, None).unwrap();
        }
    });
    thread.request_stop();
    thread.join().unwrap();
}

/// The blocking client over an async runtime: the thread blocks on a future, which ends with the stop.
#[test]
fn a_thread_that_blocks_on_a_future_is_woken_through_the_runtime() {
    let runtime = spawn(|| {
        let (stop, mut stopped) = tokio::sync::watch::channel(());
        on_stop(move || drop(stop));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(3600)) => Ok(()),
                _ = stopped.changed() => Err(Stopped),
            }
        })
    });
    runtime.request_stop();
    assert_eq!(runtime.value().unwrap(), Err(Stopped));
}
