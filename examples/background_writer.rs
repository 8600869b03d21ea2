//! Writes a file in the background, while the program goes on.
//!
//! ```sh
//! cargo run --example background_writer -- squares.txt 1000
//! ```
//!
//! `BackgroundWriter` is a `Write` like any other; a thread does the writing. It shows a bounded channel, so that a slow
//! disk slows the program down instead of filling the memory; `run(self)`, so that who writes hears when the thread has
//! failed; and where an error of the thread is told: to whoever writes next, or finishes.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::{env, mem};

use threadkit::{Guard, Thread, thread_class};

/// Writes what comes through the channel. Errors are `BackgroundWriter`'s to tell.
#[thread_class(name = "background writer", daemon, excepthook = threadkit::silent)]
struct Work<W> {
    blocks: Receiver<Vec<u8>>,
    writer: W,
}

#[thread_class]
impl<W: Write + Send> Work<W> {
    /// Ends when the channel is closed and empty. The receiver goes with it, so a send after an error fails.
    fn run(mut self) -> io::Result<W> {
        for block in self.blocks {
            self.writer.write_all(&block)?;
        }
        self.writer.flush()?;
        Ok(self.writer)
    }
}

/// Its drop waits until all is written, as far as that works: to hear of errors, [`finish`](Self::finish).
struct BackgroundWriter<W: Write + Send + 'static> {
    block: Vec<u8>,
    /// Above the guard: dropped first, it closes the channel, for whose end the thread waits.
    blocks: SyncSender<Vec<u8>>,
    thread: Guard<Work<W>>,
}

impl<W: Write + Send + 'static> BackgroundWriter<W> {
    const BLOCK: usize = 64 * 1024;

    /// At most `places` blocks wait to be written.
    fn new(writer: W, places: usize) -> io::Result<Self> {
        let (blocks, inbox) = mpsc::sync_channel(places);
        let thread = Guard::new(Work { blocks: inbox, writer }.start()?);
        Ok(Self { block: Vec::new(), blocks, thread })
    }

    /// Waits until all is written, and gives the writer back.
    fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        let thread = Thread::clone(&self.thread);
        drop(self);
        thread.value()?
    }

    /// What has ended the thread before its channel was closed.
    fn failure(&self) -> io::Error {
        match self.thread.value() {
            Ok(Err(error)) => error,
            Ok(Ok(_)) => unreachable!("it ends with an error, or when the channel is closed"),
            Err(panicked_or_told) => panicked_or_told.into(),
        }
    }
}

impl<W: Write + Send + 'static> Write for BackgroundWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= Self::BLOCK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    /// Hands on what there is. It waits while the channel is full, and not until the bytes are written.
    fn flush(&mut self) -> io::Result<()> {
        let block = mem::take(&mut self.block);
        if block.is_empty() {
            return Ok(());
        }
        self.blocks.send(block).map_err(|_| self.failure())
    }
}

/// This runs before the fields are dropped, so the channel is still open.
impl<W: Write + Send + 'static> Drop for BackgroundWriter<W> {
    fn drop(&mut self) {
        // Who wants to know has called `finish`.
        let _ = self.flush();
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "squares.txt".to_owned());
    let limit = arguments.next().map_or(Ok(1000), |limit| limit.parse())?;
    let mut file = BackgroundWriter::new(File::create(path)?, 4)?;
    for n in 1..=limit {
        writeln!(file, "{n} {}", u128::pow(n, 2))?;
    }
    let file = file.finish()?;
    println!("{} bytes are written", file.metadata()?.len());
    Ok(())
}
