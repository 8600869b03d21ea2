//! Counts the words of files, with a thread for each.
//!
//! ```sh
//! cargo run --example quickstart                 # the Markdown and Rust files below this folder
//! cargo run --example quickstart -- notes src    # these files, and those below these folders
//! ```
//!
//! It shows a thread class of three lines, a pool that is no larger than the machine, values moved
//! out of threads, and what happens to a file that cannot be read: it is reported by name, the others are
//! counted all the same, and the exit code is 1. The numbers are those of `wc -w`.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io, thread};

use threadkit::{Thread, thread_class};

/// Counts the words of one file. A file that cannot be read is in the table that `main` prints, so
/// the class keeps the excepthook out of it.
#[thread_class(name = "count {path:?}", excepthook = threadkit::silent)]
struct WordCount {
    path: PathBuf,
}

#[thread_class]
impl WordCount {
    fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn run(&self) -> io::Result<usize> {
        Ok(count_words(&fs::read(&self.path)?))
    }
}

/// Bytes rather than text: a file need not be UTF-8 to have words.
fn count_words(bytes: &[u8]) -> usize {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'\x0b';
    bytes.split(is_space).filter(|word| !word.is_empty()).count()
}

/// What has been counted, and what went wrong.
#[derive(Default)]
struct Table {
    words: usize,
    files: usize,
    failures: Vec<String>,
}

impl Table {
    /// Waits for the count of one file and prints its row.
    fn add(&mut self, counting: &Thread<WordCount>) {
        let path = counting.path.display();
        match counting.value() {
            Ok(Ok(words)) => {
                println!("{words:>9}  {path}");
                self.words += words;
                self.files += 1;
            }
            Ok(Err(error)) => self.failures.push(format!("{path}: {error}")),
            Err(error) => self.failures.push(format!("{path}: {error}")),
        }
    }
}

#[threadkit::main]
fn main() -> ExitCode {
    let (paths, failures) = paths();
    let mut table = Table { failures, ..Table::default() };
    let limit = thread::available_parallelism().map_or(4, |cores| cores.get() * 4);
    let mut running = VecDeque::new();
    for path in paths {
        if running.len() == limit {
            // The oldest first, so that the rows stand in the order of the paths.
            if let Some(first) = running.pop_front() {
                table.add(&first);
            }
        }
        match WordCount::new(path.clone()).start() {
            Ok(counting) => running.push_back(counting),
            Err(error) => table.failures.push(format!("{}: {error}", path.display())),
        }
    }
    for counting in &running {
        table.add(counting);
    }
    println!("{:>9}  total of {} files", table.words, table.files);
    for failure in &table.failures {
        eprintln!("quickstart: {failure}");
    }
    if table.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The files to count, and what went wrong while looking for them.
fn paths() -> (Vec<PathBuf>, Vec<String>) {
    let (mut paths, mut failures) = (Vec::new(), Vec::new());
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    if arguments.is_empty() {
        walk(Path::new("."), &is_text, &mut paths, &mut failures);
    }
    for argument in arguments {
        if argument.is_dir() {
            walk(&argument, &|_| true, &mut paths, &mut failures);
        } else {
            paths.push(argument);
        }
    }
    (paths, failures)
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md" || extension == "rs")
}

/// The files below `folder` that are `wanted`, in the order of their names; neither hidden ones nor
/// what a build made.
fn walk(
    folder: &Path,
    wanted: &dyn Fn(&Path) -> bool,
    paths: &mut Vec<PathBuf>,
    failures: &mut Vec<String>,
) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.unwrap_or_else(|error| {
        failures.push(format!("{}: {error}", folder.display()));
        Vec::new()
    });
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name());
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if name.to_string_lossy().starts_with('.') || (is_folder && name == "target") {
            continue;
        }
        if is_folder {
            walk(&path, wanted, paths, failures);
        } else if wanted(&path) {
            paths.push(path);
        }
    }
}
