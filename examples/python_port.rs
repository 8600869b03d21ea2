//! The worker of the documentation of Python's `queue` module, line beside line.
//!
//! ```sh
//! cargo run --example python_port
//! ```
//!
//! The program in Python, from <https://docs.python.org/3/library/queue.html#queue.Queue.join>:
//!
//! ```python
//! import threading
//! import queue
//!
//! q = queue.Queue()
//!
//! def worker():
//!     while True:
//!         item = q.get()
//!         print(f'Working on {item}')
//!         print(f'Finished {item}')
//!         q.task_done()
//!
//! # Turn-on the worker thread.
//! threading.Thread(target=worker, daemon=True).start()
//!
//! # Send thirty task requests to the worker.
//! for item in range(30):
//!     q.put(item)
//!
//! # Block until all tasks are done.
//! q.join()
//! print('All work completed')
//! ```
//!
//! What differs: a channel of Rust can be closed, by dropping its sender. The worker's loop then ends
//! after the last item, so the thread need not be a daemon, and joining it takes the place of
//! `task_done` and `q.join()`. In Python an item whose work raises leaves `q.join()` waiting for ever;
//! here the thread has failed, and `join` says so.

use std::sync::mpsc;

use threadkit::{JoinError, spawn};

#[threadkit::main]
fn main() -> Result<(), JoinError> {
    let (q, items) = mpsc::channel();

    // Turn on the worker thread.
    let worker = spawn(move || {
        for item in items {
            println!("Working on {item}");
            println!("Finished {item}");
        }
    });

    // Send thirty task requests to the worker.
    for item in 0..30 {
        let _ = q.send(item); // an error if the worker has failed; `join` says how
    }

    // Block until all tasks are done.
    drop(q);
    worker.join()?;
    println!("All work completed");
    Ok(())
}
