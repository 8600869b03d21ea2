//! The words that are most frequent in the files of a folder.
//!
//! ```sh
//! cargo run --example word_frequencies              # the guide of threadkit
//! cargo run --example word_frequencies -- some/folder
//! ```
//!
//! It shows counts that each thread keeps for itself, without a lock, in a `Local` that keeps what threads leave behind
//! when they end: at the end the counts are added up. The threads take one file after the other, and all is lent to them
//! in a scope.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, io, thread};

use threadkit::{Local, thread_class};
use walkdir::WalkDir;

type Counts = HashMap<String, u64>;

/// What the threads share.
struct Work {
    files: Vec<PathBuf>,
    /// The index of the next file.
    next: AtomicUsize,
    /// How often each word was seen by each thread.
    counts: Local<RefCell<Counts>>,
}

impl Work {
    fn count(&self, text: &str) {
        // Nobody else has this map: it is the thread's own.
        self.counts.with_borrow_mut(|counts| {
            for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        });
    }

    /// The counts of all threads in one.
    fn sum(self) -> Counts {
        let mut sum = Counts::new();
        for counts in self.counts.into_values() {
            for (word, count) in counts.into_inner() {
                *sum.entry(word).or_default() += count;
            }
        }
        sum
    }
}

/// Counts the words of files until there are no more.
#[thread_class]
struct Counter<'a> {
    work: &'a Work,
}

#[thread_class]
impl Counter<'_> {
    fn run(&self) -> io::Result<()> {
        // Relaxed: the number alone is what the threads agree on.
        while let Some(file) = self.work.files.get(self.work.next.fetch_add(1, Ordering::Relaxed)) {
            self.work.count(&String::from_utf8_lossy(&fs::read(file)?));
        }
        Ok(())
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = env::args().nth(1).unwrap_or_else(|| "threadkit/src/guide".to_owned());
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    let work = Work { files, next: AtomicUsize::new(0), counts: Local::keeping(RefCell::default) };
    threadkit::scope(|s| {
        let count = thread::available_parallelism()?.get();
        let threads =
            (0..count).map(|_| s.start(Counter { work: &work })).collect::<io::Result<Vec<_>>>()?;
        for thread in threads {
            thread.value()??;
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    let mut words: Vec<_> = work.sum().into_iter().collect();
    words.sort_unstable_by(|(a, often), (b, as_often)| as_often.cmp(often).then(a.cmp(b)));
    for (word, count) in words.into_iter().take(10) {
        println!("{count:6} {word}");
    }
    Ok(())
}
