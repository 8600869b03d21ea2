//! Checksums of all files below a folder, as `sha256sum` prints them.
//!
//! ```sh
//! cargo run --example hash_tree              # the files below this folder
//! cargo run --example hash_tree -- src docs  # those below these folders
//! ```
//!
//! It shows a pool of workers that a channel feeds; a daemon that draws a progress bar, and whose
//! method `add` the workers call; and Ctrl-C that asks every thread to stop: what has been hashed by
//! then is printed all the same, and the exit code is 130.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, thread};

use crossbeam_channel::Receiver;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};
use threadkit::{Group, Stopped, Thread, thread_class};
use walkdir::WalkDir;

/// Draws the progress bar ten times a second. A daemon: nobody has to end it.
#[thread_class(daemon)]
struct Progress {
    bytes: AtomicU64,
}

#[thread_class]
impl Progress {
    fn run(&self) -> Result<(), Stopped> {
        let style = ProgressStyle::with_template("{spinner} {bytes} hashed, {bytes_per_sec}");
        let bar = ProgressBar::no_length().with_style(style.expect("a template that parses"));
        loop {
            // Relaxed: the number is only shown.
            bar.set_position(self.bytes.load(Ordering::Relaxed));
            threadkit::sleep(Duration::from_millis(100)).inspect_err(|_| bar.finish_and_clear())?;
        }
    }

    fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// Hashes the files whose paths it receives.
#[thread_class]
struct Hasher {
    paths: Receiver<PathBuf>,
    progress: Thread<Progress>,
}

#[thread_class]
impl Hasher {
    /// Consumes the object: the receiver goes with the thread, and where all are gone, `send` fails.
    fn run(self) -> Vec<(io::Result<String>, PathBuf)> {
        let paths = self.paths.iter().take_while(|_| !threadkit::stop_requested());
        paths.map(|path| (self.hash(&path), path)).collect()
    }

    fn hash(&self, path: &Path) -> io::Result<String> {
        let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(base16ct::lower::encode_string(&hasher.finalize())),
                _ if threadkit::stop_requested() => return Err(io::Error::other(Stopped)),
                read => {
                    hasher.update(&buffer[..read]);
                    self.progress.add(read);
                }
            }
        }
    }
}

#[threadkit::main(stop = "daemons", grace = "1s")]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    ctrlc::set_handler(threadkit::stop_all)?;
    let progress = Progress { bytes: AtomicU64::new(0) }.start()?;
    let (feed, paths) = crossbeam_channel::bounded(64);
    let cores = thread::available_parallelism()?.get();
    let hashers = (0..cores).map(|_| Hasher { paths: paths.clone(), progress: progress.clone() });
    let hashers = Group::start(hashers)?;
    drop(paths);
    eprintln!("{cores} threads; Ctrl-C stops");

    let mut failures = 0;
    let folders: Vec<_> = env::args_os().skip(1).collect();
    let folders = if folders.is_empty() { vec![".".into()] } else { folders };
    for entry in folders.iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name()) {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                if feed.send(entry.into_path()).is_err() {
                    break;
                }
            }
            Ok(_) => {}
            Err(error) => {
                eprintln!("hash_tree: {error}");
                failures += 1;
            }
        }
    }
    drop(feed);

    let mut sums = Vec::new();
    for hasher in &hashers {
        sums.append(&mut hasher.value()?);
    }
    sums.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (sum, path) in sums {
        match sum {
            Ok(sum) => println!("{sum}  {}", path.display()),
            Err(error) => {
                eprintln!("hash_tree: {}: {error}", path.display());
                failures += 1;
            }
        }
    }
    let stopped = hashers.iter().any(Thread::stop_requested);
    Ok(ExitCode::from(if stopped { 130 } else { u8::from(failures > 0) }))
}
