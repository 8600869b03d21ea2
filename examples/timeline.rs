//! Records what a pool of threads does, for <https://ui.perfetto.dev> or `chrome://tracing`.
//!
//! ```sh
//! cargo run --example timeline                            # writes timeline.json
//! cargo run --example timeline -- run.json --svg run.svg  # and draws it, too
//! ```
//!
//! A thread lists the sources of threadkit, a pool counts their words, and a daemon says how far it has
//! come. One file is gone when it is to be read: that worker fails, and the others do its work. The file
//! shows all of it: who started whom, who waited for what, and where it failed.

#[path = "timeline/svg.rs"]
mod svg;

use std::collections::VecDeque;
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{env, fs, io};

use threadkit::{Event, Group, Guard, Stopped, Timeline, sleep, thread_class};
use walkdir::WalkDir;

/// What the threads share.
#[derive(Default)]
struct Corpus {
    files: Mutex<VecDeque<PathBuf>>,
    listed: Event,
    words: AtomicUsize,
}

/// Lists the files whose words are to be counted.
#[thread_class(name = "list")]
struct List {
    corpus: Arc<Corpus>,
}

#[thread_class]
impl List {
    fn run(&self) -> Result<(), walkdir::Error> {
        let outcome = self.list();
        // Whatever came of it: the others wait for this.
        self.corpus.listed.set();
        outcome
    }

    fn list(&self) -> Result<(), walkdir::Error> {
        for entry in WalkDir::new("threadkit/src") {
            let path = entry?.into_path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                self.corpus.files.lock().unwrap().push_back(path);
            }
        }
        self.corpus.files.lock().unwrap().push_front(PathBuf::from("gone.rs"));
        Ok(())
    }
}

/// Counts the words of one file after the other.
#[thread_class(name = "count {number}")]
struct Count {
    number: usize,
    corpus: Arc<Corpus>,
}

#[thread_class]
impl Count {
    fn run(&self) -> io::Result<()> {
        self.corpus.listed.wait();
        loop {
            let file = self.corpus.files.lock().unwrap().pop_front();
            let Some(file) = file else { return Ok(()) };
            let words = fs::read_to_string(file)?.split_whitespace().count();
            self.corpus.words.fetch_add(words, Ordering::Relaxed);
        }
    }
}

/// Says how far the others have come, until it is asked to stop.
#[thread_class(name = "progress", daemon)]
struct Progress {
    corpus: Arc<Corpus>,
}

#[thread_class]
impl Progress {
    fn run(&self) -> Result<(), Stopped> {
        loop {
            sleep(Duration::from_millis(2))?;
            eprintln!("{} words so far", self.corpus.words.load(Ordering::Relaxed));
        }
    }
}

#[threadkit::main]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let json = arguments.next().unwrap_or_else(|| String::from("timeline.json"));

    let timeline = Timeline::start();
    count()?;
    timeline.save(&json)?;

    if arguments.next().is_some_and(|flag| flag == "--svg") {
        let path = arguments.next().ok_or("--svg takes a path")?;
        fs::write(path, svg::draw(&fs::read_to_string(&json)?)?)?;
    }
    Ok(())
}

fn count() -> io::Result<()> {
    let corpus = Arc::new(Corpus::default());
    let _progress = Guard::new(Progress { corpus: corpus.clone() }.start()?);
    let pool = Group::start((1..=3).map(|number| Count { number, corpus: corpus.clone() }))?;
    List { corpus: corpus.clone() }.start()?;
    // The one that fails has been reported.
    let _ = pool.join();
    println!("{} words", corpus.words.load(Ordering::Relaxed));
    Ok(())
}
