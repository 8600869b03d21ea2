//! The backtrace of a panic, kept as it is captured and made a text when somebody reads it.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;

use crate::base::primitive::sync::OnceLock;

/// To look up the names of functions takes a hundred times as long as to walk the stack, and more stack than a small
/// thread has; most backtraces are never read.
pub(crate) struct PanicBacktrace {
    captured: Backtrace,
    text: OnceLock<String>,
}

impl PanicBacktrace {
    /// The current one, where the environment asks for it; in a box, since mostly it does not.
    pub(crate) fn capture() -> Option<Box<Self>> {
        let captured = Backtrace::capture();
        let is_there = captured.status() == BacktraceStatus::Captured;
        is_there.then(|| Box::new(Self { captured, text: OnceLock::new() }))
    }

    pub(crate) fn text(&self) -> &str {
        self.text.get_or_init(|| users_part(&self.captured.to_string()))
    }
}

/// Leaves the machinery of the panic and of the thread out of a backtrace: it begins in the code that
/// panicked, and ends where std began the thread, as std's own short form does.
fn users_part(backtrace: &str) -> String {
    let mut frames: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in backtrace.lines() {
        match line.split_once(": ") {
            Some((number, name)) if number.trim().parse::<u32>().is_ok() => {
                frames.push((name, Vec::new()));
            }
            _ => frames.last_mut().into_iter().for_each(|(_, places)| places.push(line)),
        }
    }
    let is = |marker: &'static str| move |(name, _): &(&str, _)| name.contains(marker);
    let panicked = frames.iter().position(is("__rust_end_short_backtrace")).map_or(0, |at| at + 1);
    let machinery = frames[panicked..].iter().take_while(|(name, _)| is_machinery(name)).count();
    let begin = panicked + machinery;
    let thread = frames[begin..].iter().position(is("__rust_begin_short_backtrace"));
    let end = thread.map_or(frames.len(), |at| begin + at);
    let mut text = String::new();
    for (number, (name, places)) in frames[begin..end].iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{number:4}: {name}");
        for place in places {
            let _ = writeln!(text, "{place}");
        }
    }
    text
}

fn is_machinery(function: &str) -> bool {
    let path = function.trim_start_matches('<');
    ["core::", "std::", "alloc::", "__rustc", "rust_begin_unwind", "panic_handler"]
        .iter()
        .any(|root| path.starts_with(root))
}

#[cfg(test)]
mod tests {
    use super::users_part;

    #[test]
    fn a_backtrace_begins_and_ends_in_the_users_code() {
        let whole = "   0: std::backtrace::capture\n             at lib.rs:1:2\n   \
            1: std::sys::backtrace::__rust_end_short_backtrace\n   \
            2: rust_begin_unwind\n   3: core::panicking::panic_fmt\n   \
            4: app::work\n             at main.rs:3:4\n   5: app::run\n   \
            6: std::sys::backtrace::__rust_begin_short_backtrace\n   7: clone\n";
        let users = "   0: app::work\n             at main.rs:3:4\n   1: app::run\n";
        assert_eq!(users_part(whole), users);
        // What debug information calls the same function.
        assert_eq!(users_part(&whole.replace("rust_begin_unwind", "panic_handler")), users);
    }
}
