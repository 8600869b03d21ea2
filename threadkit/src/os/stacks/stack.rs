//! [`Stack`]: where a thread stands.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::system::frames_of;

/// Where a thread stood when [`dump_stacks`](crate::dump_stacks) asked it.
///
/// It displays as a backtrace that begins in your code: with the innermost frame that is neither of std's, nor of this
/// crate's, nor of a crate from a registry, and with what was called there. Many calls of others in a row are counted and
/// not shown. Where there is no frame of yours, it has the innermost ones. [`frames`](Self::frames) has all of them always.
/// The names are looked up at the first use; cloning is cheap.
///
/// # Examples
///
/// ```
/// use threadkit::Stack;
///
/// fn where_am_i() -> Option<Stack> {
///     let dump = threadkit::dump_stacks();
///     let me = dump.threads().iter().find(|row| row.ident() == threadkit::get_ident())?;
///     me.stack().cloned()
/// }
///
/// if let Some(stack) = where_am_i() {
///     println!("{stack}");
///     //    0: app::where_am_i
///     //              at src/main.rs:4:16, in threadkit::dump_stacks
///     let is_here = |frame: &threadkit::Frame| frame.function().is_some_and(|name| name.contains("where_am_i"));
///     assert!(stack.frames().iter().any(is_here));
/// }
/// ```
#[derive(Clone)]
pub struct Stack {
    inner: Arc<Inner>,
}

struct Inner {
    addresses: Vec<u64>,
    frames: OnceLock<Vec<Frame>>,
}

/// One call of a [`Stack`]: a function, and the line in it. What the program was built without is `None`; without debug
/// information the names of functions are there, without symbols (`strip = true`) nothing but the address and the module.
///
/// # Examples
///
/// ```
/// let dump = threadkit::dump_stacks();
/// for frame in dump.threads().iter().filter_map(|row| row.stack()).flat_map(|stack| stack.frames()) {
///     if let (Some(function), Some(file), Some(line)) = (frame.function(), frame.file(), frame.line()) {
///         println!("{function} at {file}:{line}");
///     }
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Frame {
    pub(super) function: Option<String>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u32>,
    pub(super) column: Option<u32>,
    pub(super) address: u64,
    pub(super) module: Option<String>,
}

impl Stack {
    pub(super) fn new(addresses: Vec<u64>) -> Self {
        Self { inner: Arc::new(Inner { addresses, frames: OnceLock::new() }) }
    }

    /// All calls, the innermost first.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        self.inner.frames.get_or_init(|| frames_of(&self.inner.addresses))
    }

    /// The calls from the innermost to the outermost one of your code, those of others in between included. None, if there
    /// is none of yours, as in the threads of a runtime that have nothing to do.
    #[must_use]
    pub fn users_frames(&self) -> &[Frame] {
        let frames = self.frames();
        let first = frames.iter().position(Frame::is_users);
        let last = frames.iter().rposition(Frame::is_users);
        first.zip(last).map_or(&[], |(first, last)| &frames[first..=last])
    }

    /// What the innermost of the user's frames has called; none if it runs itself.
    fn called(&self) -> Option<&Frame> {
        let frames = self.frames();
        let first = frames.iter().position(Frame::is_users)?;
        frames.get(first.checked_sub(1)?)
    }

    /// In a line: where in the user's code, or else where.
    fn place(&self) -> Option<String> {
        match (self.users_frames().first(), self.called()) {
            (Some(frame), Some(called)) => Some(format!("{frame}, in {}", called.name())),
            (Some(frame), None) => Some(frame.to_string()),
            (None, _) => self.frames().first().map(ToString::to_string),
        }
    }
}

impl Frame {
    /// The function, with its path, as in `app::Worker::run`.
    #[must_use]
    pub fn function(&self) -> Option<&str> {
        self.function.as_deref()
    }

    /// The source file, as the compiler was given it.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line of the call, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.line
    }

    /// The column of the call, counted from 1.
    #[must_use]
    pub fn column(&self) -> Option<u32> {
        self.column
    }

    /// The address in the call's instruction.
    #[must_use]
    pub fn address(&self) -> u64 {
        self.address
    }

    /// For one without a name: the program or the library that the code is in, and the offset in its file, as in
    /// `app+0x1f3a0`. With that `addr2line` or a debugger finds the place, where the debug information is.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        self.module.as_deref()
    }

    fn name(&self) -> String {
        match (&self.function, &self.module) {
            (Some(function), _) => function.clone(),
            (None, Some(module)) => module.clone(),
            (None, None) => format!("{:#x}", self.address),
        }
    }

    /// Whether it is code of the program's own, as far as names and places say: not of std, of this crate, of a crate from
    /// a registry, or of C without debug information.
    #[must_use]
    pub fn is_users(&self) -> bool {
        let Some(function) = &self.function else { return false };
        let path = function.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
        let path = path.strip_prefix("impl ").unwrap_or(path);
        let of_ours = path.starts_with("threadkit::");
        // What is inlined may have a name without a path: then the file alone says whose it is. What the attributes
        // generate is in the user's crate; it counts where nothing tells it from a `run` that is inlined there.
        if let Some(file) = &self.file {
            return !of_ours && !path.contains("<impl threadkit::") && is_users_file(file);
        }
        // C's functions have no path; of those that Rust's compiler makes, only std's begin so.
        let of_std = ["std::", "core::", "alloc::", "__rust", "rust_"];
        !of_ours && function.contains("::") && !of_std.iter().any(|std| path.starts_with(std))
    }
}

/// Std's is built under one of the first paths, or comes with the toolchain; a crate of a registry or of a repository is
/// where Cargo has put it. The C library's debug information, where it is installed, has relative paths, or one of those
/// that distributions give. Programs, too, are built below `/usr/src/`, in the images of containers.
fn is_users_file(file: &str) -> bool {
    const BEGIN: [&str; 3] = ["/rustc/", "/usr/src/rustc", "/usr/src/debug/"];
    const CONTAIN: [&str; 5] = [
        "/rustlib/src/rust/library/",
        "/registry/src/",
        "/git/checkouts/",
        "/libc/musl/", // of Zig, which builds its C library with its own paths
        concat!(env!("CARGO_MANIFEST_DIR"), "/src/"),
    ];
    let of_rust = Path::new(file).extension().is_some_and(|extension| extension == "rs");
    (of_rust || Path::new(file).is_absolute())
        && !BEGIN.iter().any(|others| file.starts_with(others))
        && !CONTAIN.iter().any(|others| file.contains(others))
}

impl Frame {
    /// With its number, in two lines.
    fn write_in_full(&self, f: &mut fmt::Formatter<'_>, number: usize) -> fmt::Result {
        writeln!(f, "{number:4}: {}", self.name())?;
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            write!(f, "             at {file}:{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// In one line: the function, and its place.
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " at {file}:{line}"),
            _ => Ok(()),
        }
    }
}

/// So many calls of others in a row are shown between those of the user's; more are counted.
const SHOWN_BETWEEN: usize = 3;

/// So many calls are shown of a stack without one of the user's.
const SHOWN_ALONE: usize = 8;

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let users = self.users_frames();
        let has_users = !users.is_empty();
        let frames = if has_users { users } else { self.frames() };
        let mut number = 0;
        for run in frames.chunk_by(|one, next| one.is_users() == next.is_users()) {
            let shown = if !has_users {
                run.len().min(SHOWN_ALONE)
            } else if run[0].is_users() || run.len() <= SHOWN_BETWEEN {
                run.len()
            } else {
                0
            };
            for (number, frame) in (number..).zip(&run[..shown]) {
                frame.write_in_full(f, number)?;
                if let Some(called) = self.called().filter(|_| number == 0) {
                    writeln!(f, "             in {}", called.name())?;
                }
            }
            if shown < run.len() {
                writeln!(f, "      .. {} calls of others", run.len() - shown)?;
            }
            number += run.len();
        }
        Ok(())
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.frames().iter().map(ToString::to_string)).finish()
    }
}

/// What came of a question: a stack, or why not; both, if the thread did not answer and the kernel knew, or the stack has
/// no end.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) stack: Option<Stack>,
    pub(crate) error: Option<StackError>,
}

impl Reply {
    /// In a line: where in the user's code, or else where, or else why nobody knows.
    pub(crate) fn place(&self) -> Option<String> {
        match (self.stack.as_ref().and_then(Stack::place), &self.error) {
            (Some(place), _) => Some(format!("stands in {place}")),
            (None, Some(error)) => Some(format!("where it stands is not known: {error}")),
            (None, None) => None,
        }
    }
}

impl From<StackError> for Reply {
    fn from(error: StackError) -> Self {
        Self { stack: None, error: Some(error) }
    }
}

/// Why a thread did not say where it stands, or not all of it; it displays as the reason in words. There may be a [`Stack`]
/// all the same: the kernel knows where a thread is that waits in a system call, and some calls are better than none.
///
/// # Examples
///
/// ```
/// for row in threadkit::dump_stacks().threads() {
///     if let Some(reason) = row.stack_error() {
///         println!("{}: {reason}", row.name());
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StackError {
    /// On this system nobody is asked: it is not Linux, or runs on another processor than x86-64 and aarch64.
    Unsupported,
    /// The system has not brought the thread to life.
    NotBegun,
    /// The thread has ended meanwhile.
    Ended,
    /// The thread did not answer in 200 ms, as it blocks the signal: it may block all of them.
    #[non_exhaustive]
    Blocks {
        /// The number of the signal.
        signal: i32,
    },
    /// The thread did not answer in 200 ms: it is in a system call that no signal interrupts, or stopped by a debugger,
    /// or had no time on a processor.
    #[non_exhaustive]
    Silent {
        /// The number of the signal.
        signal: i32,
    },
    /// The stack is there, and its outer calls are not: there are more of them than are shown (256, or what 128 KiB hold); or
    /// there is code in between that was built without tables for unwinding, as some of C is and what is compiled while the
    /// program runs; or the stack is broken.
    Incomplete,
    /// The system refused to send the signal: a filter forbids it, or too many signals are pending.
    Refused,
    /// The program uses all real-time signals itself, or has a handler for the one that it set.
    NoSignal,
}

impl fmt::Display for StackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => {
                f.write_str("stacks are known on Linux alone, on x86-64 and aarch64")
            }
            Self::NotBegun => f.write_str("the thread has not begun"),
            Self::Ended => f.write_str("the thread has ended meanwhile"),
            Self::Blocks { signal } => {
                write!(f, "the thread did not answer in 200 ms: it blocks the signal {signal}")
            }
            Self::Silent { signal } => {
                write!(f, "the thread did not answer in 200 ms to the signal {signal}")
            }
            Self::Incomplete => f.write_str("the outer calls are not known"),
            Self::Refused => f.write_str("the system refused to send the signal"),
            Self::NoSignal => f.write_str("no signal is free to ask the thread by"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;

    fn is_users(function: &str, file: Option<&str>) -> bool {
        let (function, file) = (Some(function.into()), file.map(Into::into));
        Frame { function, file, ..Frame::default() }.is_users()
    }

    #[test]
    fn a_program_may_be_built_anywhere() {
        for file in [
            "/home/me/app/src/main.rs",
            "/usr/src/app/src/main.rs",
            "/home/me/rustc/app/src/main.rs",
        ] {
            assert!(is_users("run", Some(file)), "{file}");
        }
    }

    #[test]
    fn code_of_others_is_known_by_its_place() {
        for file in [
            "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/thread/mod.rs",
            "/usr/src/rustc-1.85.0/library/std/src/thread/mod.rs",
            "/root/.rustup/toolchains/stable/lib/rustlib/src/rust/library/core/src/mem/mod.rs",
            "/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/lock_api-0.4.14/src/mutex.rs",
            "/usr/src/debug/glibc-2.40/nptl/futex-internal.c",
            "/opt/zig/lib/libc/musl/src/misc/syscall.c",
            "./nptl/futex-internal.c",
        ] {
            assert!(!is_users("lock", Some(file)), "{file}");
        }
    }

    #[test]
    fn without_a_place_the_name_says_whose_it_is() {
        let inlined = "app::_::<impl threadkit::class::ThreadClass for app::Worker>::__run";
        assert!(is_users(inlined, None), "the user's `run` is in there");
        assert!(
            !is_users(inlined, Some("/home/me/app/src/main.rs")),
            "the user's `run` is beside it"
        );
        assert!(is_users("<app::Worker as core::ops::drop::Drop>::drop", None));
        assert!(!is_users("threadkit::join::<impl threadkit::thread::Thread<C>>::join", None));
        assert!(!is_users("<std::sys::sync::mutex::futex::Mutex>::lock_contended", None));
        assert!(!is_users("pthread_join", None));
    }
}
