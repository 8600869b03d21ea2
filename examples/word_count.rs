//! The program of the README, which a test compares with what follows.
//!
//! ```sh
//! cargo run --example word_count
//! ```
#![allow(missing_docs, reason = "the README explains it")]

use std::{fs, io, path::PathBuf};
use threadkit::thread_class;

/// Counts the words of one file.
#[thread_class]
pub struct WordCount {
    path: PathBuf,
}

#[thread_class]
impl WordCount {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn run(&mut self) -> io::Result<usize> {
        Ok(fs::read_to_string(&self.path)?.split_whitespace().count())
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let readme = WordCount::new("README.md").start()?;
    let license = WordCount::new("LICENSE-MIT").with_name("license").start()?;
    license.join()?; // waits; an error if the thread has failed
    println!("{}", readme.value()?? + license.value()??); // what `run` returned
    Ok(())
}
