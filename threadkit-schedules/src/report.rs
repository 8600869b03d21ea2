//! What is said of a schedule that failed.

use std::backtrace::Backtrace;
use std::env;
use std::fmt::Write as _;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::engine::{Execution, Failure, Noted, TaskId};
use crate::seed::Seed;

/// How many of the latest steps are shown.
const SHOWN: usize = 24;

/// The whole report.
pub(crate) fn report(
    which: &str,
    seed: Seed,
    execution: &Execution,
    place: &'static Location<'static>,
) -> String {
    ROOT.get_or_init(|| find_root(place.file()));
    let mut text = format!("{which} failed: ");
    let failure = execution.failure.as_ref().expect("it failed");
    let said = match failure {
        Failure::Panicked { text } => std::slice::from_ref(text),
        Failure::Unheard { texts } => texts,
        Failure::Deadlock | Failure::Livelock => &[],
    };
    match failure {
        Failure::Panicked { .. } => {}
        Failure::Unheard { .. } => {
            text.push_str("a thread failed, and nobody took that by a join, a value or a hook\n");
        }
        Failure::Deadlock => {
            text.push_str("deadlock: every thread waits, and no deadline is left\n");
            push_waits(&mut text, execution);
        }
        Failure::Livelock => {
            let bound = execution.settings.max_steps;
            _ = writeln!(
                text,
                "it has no end: {bound} steps were taken, the last of them by {}",
                name(execution, execution.noted.back().map_or(execution.current, |last| last.task))
            );
            push_waits(&mut text, execution);
        }
    }
    for one in said {
        _ = writeln!(text, "{}", one.trim());
        let known = execution.panics.iter().find(|(panic, _)| is_of(one, panic));
        if let Some((_, trace)) = known {
            push_callers(&mut text, trace);
        }
    }
    if let Some(table) = &execution.table {
        _ = write!(text, "\nthe threads at that moment:\n{table}");
    }
    push_steps(&mut text, execution);
    // What has been said above is not said again.
    let others =
        execution.panics.iter().filter(|(panic, _)| !said.iter().any(|said| is_of(said, panic)));
    let mut written = execution.written.clone();
    for (panic, trace) in others {
        _ = writeln!(text, "\n{panic}");
        push_callers(&mut text, trace);
    }
    for panic in execution.panics.iter().map(|(panic, _)| panic).chain(said) {
        written = written.replace(panic.trim(), "");
    }
    let written = written.trim();
    if !written.is_empty() {
        _ = writeln!(text, "\nwritten to stderr:\n{written}");
    }
    _ = write!(
        text,
        "\nthe same schedule again: THREADKIT_REPLAY={seed}, or replay({seed:?}, ..) in the place of the call at {place}",
        seed = seed.to_string()
    );
    text
}

/// Whether what is said of a failure is said of that panic: the runtime says more of it.
fn is_of(said: &str, panic: &str) -> bool {
    let place_and_message = panic.split_once("panicked").map_or(panic, |(_, rest)| rest);
    said.contains(place_and_message.trim())
}

/// Who called what panicked.
fn push_callers(text: &mut String, trace: &Backtrace) {
    // The first is where it panicked.
    for place in frames_in(trace).into_iter().filter_map(Frame::own).skip(1) {
        _ = writeln!(text, "  called at {place}");
    }
}

/// Of a failure that does not come again.
pub(crate) fn unsteady(which: &str, seed: Seed) -> String {
    format!(
        "{which} failed, and did not when it was run again with its seed, {seed}: the test depends on more than its \
        threads, such as the order of a HashMap, a static that the schedules before have changed, or the clock of the \
        system"
    )
}

fn name(execution: &Execution, task: TaskId) -> String {
    let standing = execution.standing.get(task).and_then(Option::as_ref);
    standing.map_or_else(|| execution.tasks[task].display_name(), |(name, _)| name.clone())
}

/// Who waits for what.
fn push_waits(text: &mut String, execution: &Execution) {
    for task in execution.tasks.iter().filter(|task| !task.over) {
        let Some(wait) = &task.wait else {
            _ = writeln!(text, "  {} goes on", name(execution, task.id));
            continue;
        };
        let standing = execution.standing.get(task.id).and_then(Option::as_ref);
        let waits_for = standing.and_then(|(_, waits_for)| waits_for.clone());
        let own = wait.trace.as_ref().and_then(frame_in);
        let what = match (&own, waits_for) {
            (_, Some(what)) if wait.on.inner => format!("for {what}"),
            // Of a thread that threadkit has not started, it knows no more.
            (Some((called, _)), _) if wait.on.inner => format!("in threadkit's `{called}`"),
            _ => format!("for {}", wait.on.what),
        };
        _ = write!(text, "  {} waits {what}", name(execution, task.id));
        if let Some((holder, since)) = wait.on.holder {
            _ = write!(text, ", held by {} since {since}", name(execution, holder));
        }
        match own {
            Some((_, place)) => _ = writeln!(text, ", at {place}"),
            // The runtime's own threads wait at no line of the test.
            None if wait.on.inner => text.push('\n'),
            None => _ = writeln!(text, ", at {}", wait.place),
        }
    }
}

/// What was done last, in the test's own lines.
fn push_steps(text: &mut String, execution: &Execution) {
    let mut lines: Vec<(TaskId, String, String)> = Vec::new();
    for noted in execution.noted.iter().rev() {
        let Some((what, place)) = line(noted) else { continue };
        let line = (noted.task, what, place);
        if lines.last() != Some(&line) {
            lines.push(line);
        }
        if lines.len() == SHOWN {
            break;
        }
    }
    if lines.is_empty() {
        return;
    }
    text.push_str("\nthe last steps:\n");
    let names: Vec<_> = lines.iter().map(|(task, ..)| name(execution, *task)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for ((_, what, place), name) in lines.iter().zip(names).rev() {
        _ = writeln!(text, "  {name:width$}  {what}, at {place}");
    }
}

/// What was done and where, unless that is inside of the runtime, in nobody's call.
fn line(noted: &Noted) -> Option<(String, String)> {
    match &noted.trace {
        Some(trace) => frame_in(trace),
        None if is_source_of("threadkit", noted.place.file()) => None,
        None => Some((noted.what.to_owned(), noted.place.to_string())),
    }
}

/// The innermost frame of the test's own, and what it has called of threadkit's.
fn frame_in(trace: &Backtrace) -> Option<(String, String)> {
    let mut called = None;
    for frame in frames_in(trace) {
        match frame {
            Frame::Runtime(name) => called = Some(name),
            Frame::Own(place) => {
                return Some((called.unwrap_or_else(|| "a step".to_owned()), place));
            }
        }
    }
    None
}

/// A call on a thread of the test.
enum Frame {
    /// Of threadkit, with the name of the function.
    Runtime(String),
    /// Of the test or what it tests, with the place.
    Own(String),
}

impl Frame {
    fn own(self) -> Option<String> {
        match self {
            Self::Own(place) => Some(place),
            Self::Runtime(_) => None,
        }
    }
}

/// The calls that a thread is in, the innermost first.
fn frames_in(trace: &Backtrace) -> Vec<Frame> {
    let text = trace.to_string();
    let mut frames = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, symbol)) = line.trim().split_once(": ") else { continue };
        let place = lines.peek().and_then(|next| next.trim().strip_prefix("at "));
        let Some(place) = place else { continue };
        if SCHEDULERS.iter().any(|of| place.contains(of)) {
            // Below it is whoever has asked for the schedules.
            break;
        } else if is_source_of("threadkit", place) {
            let name = symbol.rsplit("::").next().filter(|name| !name.contains(['{', '>']));
            frames.extend(name.map(|name| Frame::Runtime(name.to_owned())));
        } else if !FOREIGN.iter().any(|of| place.contains(of)) && !is_source_of(OWN, place) {
            frames.push(Frame::Own(relative(place)));
        }
    }
    frames
}

/// What the threads of a schedule run on.
const SCHEDULERS: [&str; 2] = ["/corosensei-", "/shuttle-"];

/// This crate, whoever builds it.
const OWN: &str = "threadkit-schedules";

/// Whose sources are none of the test's: std's, and those of crates that come from a registry.
const FOREIGN: [&str; 4] = ["/rustc/", "/library/std/src/", "/library/core/src/", "/registry/src/"];

/// Whether a file belongs to the package, in a repository or from a registry.
fn is_source_of(package: &str, place: &str) -> bool {
    place.match_indices(package).any(|(at, _)| {
        let is_whole = at == 0 || place[..at].ends_with('/');
        let rest = &place[at + package.len()..];
        let version = rest
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        is_whole && (rest.starts_with("/src/") || version)
    })
}

/// As the compiler names it: from the folder that it was called in, where std says it from the current one.
fn relative(place: &str) -> String {
    let absolute = place.strip_prefix("./").map_or_else(
        || Path::new(place).to_owned(),
        |inside| env::current_dir().unwrap_or_default().join(inside),
    );
    let root = ROOT.get().and_then(Option::as_ref);
    let inside = root.and_then(|root| absolute.strip_prefix(root).ok());
    inside.unwrap_or(&absolute).display().to_string()
}

/// The folder that the compiler was called in, if it can be found: that of the workspace, as a rule.
static ROOT: OnceLock<Option<PathBuf>> = OnceLock::new();

/// Finds it by a file of the test, which the compiler names.
fn find_root(file: &str) -> Option<PathBuf> {
    let current = env::current_dir().ok()?;
    current.ancestors().find(|folder| folder.join(file).exists()).map(Path::to_owned)
}
