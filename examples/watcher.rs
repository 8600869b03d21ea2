//! Watches files, and says which have been created, modified and removed.
//!
//! ```sh
//! cargo run --example watcher -- README.md notes.txt
//! ```
//!
//! Enter makes it look at once; the end of the input (Ctrl-D) ends it.
//!
//! The thread that polls is a class: its methods are what the owner calls while it runs, `look` wakes
//! it, and a stop ends its wait. With std's threads that takes a flag and a channel beside the handle, an
//! `Arc` around what is shared, an `Option` around what `Drop` joins, and the `Drop` itself.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};
use std::{env, io, mem};

use threadkit::{Event, Guard, Stopped, thread_class};

/// What has become of a file since the last look.
#[derive(Clone, Copy, Debug)]
enum Change {
    Created,
    Modified,
    Removed,
}

/// Looks at files again and again, and reports changes. A daemon, as the thread of a library should be.
#[thread_class(name = "watcher", daemon)]
struct Watcher<F> {
    interval: Duration,
    tell: F,
    /// When each file was modified, if it is there.
    files: Mutex<HashMap<PathBuf, Option<SystemTime>>>,
    look: Event,
}

#[thread_class]
impl<F: Fn(&Path, Change) + Send + Sync> Watcher<F> {
    fn new(interval: Duration, tell: F) -> Self {
        Self { interval, tell, files: Mutex::default(), look: Event::new() }
    }

    fn run(&self) -> Result<(), Stopped> {
        loop {
            self.look.wait_or_stop_timeout(self.interval)?;
            self.look.clear();
            for (path, change) in self.changes() {
                (self.tell)(&path, change);
            }
        }
    }

    /// Reports changes of this file from now on.
    fn watch(&self, path: PathBuf) {
        let modified = modified(&path);
        self.files.lock().unwrap().insert(path, modified);
    }

    /// Makes the thread look now.
    fn look(&self) {
        self.look.set();
    }

    fn changes(&self) -> Vec<(PathBuf, Change)> {
        let mut changes = Vec::new();
        for (path, seen) in &mut *self.files.lock().unwrap() {
            let now = modified(path);
            let change = match (mem::replace(seen, now), now) {
                (None, Some(_)) => Change::Created,
                (Some(_), None) => Change::Removed,
                (before, now) if before != now => Change::Modified,
                _ => continue,
            };
            changes.push((path.clone(), change));
        }
        changes
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

#[threadkit::main]
fn main() -> io::Result<()> {
    let tell = |path: &Path, change| println!("{change:?}: {}", path.display());
    let watcher = Guard::new(Watcher::new(Duration::from_millis(200), tell).start()?);
    env::args_os().skip(1).for_each(|path| watcher.watch(path.into()));
    println!("watching");
    for enter in io::stdin().lines() {
        enter?;
        watcher.look();
    }
    Ok(()) // here the guard asks the thread to stop, and waits for it
}
