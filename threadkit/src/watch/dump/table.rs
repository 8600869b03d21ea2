//! A dump as a table.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::iter;

use super::{Dump, ThreadDump, ThreadState};

const HEADER: [&str; 12] = [
    "IDENT",
    "NATIVE ID",
    "NAME",
    "CLASS",
    "STATE",
    "DAEMON",
    "AGE",
    "CPU TIME",
    "STARTER",
    "GROUP",
    "WAITS FOR",
    "STARTED AT",
];

type Cells = [String; HEADER.len()];

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = HEADER.map(String::from);
        let tree = tree(&self.threads).into_iter();
        let tree = tree.map(|(depth, thread)| cells(depth, thread, class(&self.threads, thread)));
        let rows: Vec<_> = iter::once(header).chain(tree).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: [_; HEADER.len()] =
            std::array::from_fn(|column| width(column).unwrap_or_default());
        for row in &rows {
            let [fields @ .., last] = row;
            for (field, width) in fields.iter().zip(widths) {
                write!(f, "{field:width$}  ")?;
            }
            writeln!(f, "{last}")?;
        }
        #[cfg(feature = "stacks")]
        self.threads.iter().try_for_each(|thread| write_stack(f, thread))?;
        Ok(())
    }
}

/// The rows in the order in which they are shown, each with its depth: children come below their supervisor.
fn tree(threads: &[ThreadDump]) -> Vec<(usize, &ThreadDump)> {
    let there: HashSet<_> = threads.iter().map(ThreadDump::ident).collect();
    let mut below: HashMap<_, Vec<_>> = HashMap::new();
    // From the last to the first, so that the first is taken first.
    for thread in threads.iter().rev() {
        let supervisor = thread.supervisor.filter(|supervisor| there.contains(supervisor));
        below.entry(supervisor).or_default().push(thread);
    }
    let mut rows = Vec::with_capacity(threads.len());
    let take = |supervisor, depth, below: &mut HashMap<_, Vec<_>>| {
        let children = below.remove(&supervisor).unwrap_or_default();
        children.into_iter().map(move |thread| (depth, thread))
    };
    let mut next: Vec<_> = take(None, 0, &mut below).collect();
    while let Some((depth, thread)) = next.pop() {
        rows.push((depth, thread));
        next.extend(take(Some(thread.ident), depth + 1, &mut below));
    }
    rows
}

#[cfg(feature = "stacks")]
fn write_stack(f: &mut fmt::Formatter<'_>, thread: &ThreadDump) -> fmt::Result {
    if thread.stack.is_none() {
        return Ok(());
    }
    write!(f, "\nstack of '{}' (", one_line(&thread.name))?;
    if thread.is_known() {
        write!(f, "{}, ident {}", thread.class_name, thread.ident)?;
    } else {
        f.write_str("not known here")?;
    }
    if let Some(native_id) = thread.native_id {
        write!(f, ", native id {native_id}")?;
    }
    f.write_str("):\n")?;
    if let Some(error) = thread.stack_error() {
        writeln!(f, "      {error}")?;
    }
    thread.stack().map_or(Ok(()), |stack| write!(f, "{stack}"))
}

/// The class of a thread: by its name, unless there are others of that name.
fn class(threads: &[ThreadDump], thread: &ThreadDump) -> &'static str {
    let is_namesake = |other: &ThreadDump| {
        other.class_name == thread.class_name && other.class_path != thread.class_path
    };
    let path = thread.class_path.filter(|_| threads.iter().any(is_namesake));
    path.unwrap_or(thread.class_name)
}

fn cells(depth: usize, thread: &ThreadDump, class: &str) -> Cells {
    [
        or_dash(thread.is_known().then_some(thread.ident)),
        or_dash(thread.native_id),
        "  ".repeat(depth) + &one_line(&thread.name),
        String::from(class),
        thread.state().to_string(),
        String::from(if thread.daemon { "yes" } else { "no" }),
        format!("{:.1?}", thread.age),
        or_dash(thread.cpu_time.map(|time| format!("{time:.1?}"))),
        or_dash(thread.starter),
        or_dash(thread.group),
        or_dash(thread.waits_for.as_ref().map(|waits| one_line(&waits.to_string()))),
        or_dash(thread.start_location),
    ]
}

impl ThreadDump {
    /// What is to be known of one thread alone, in lines below its name.
    pub(crate) fn in_words(&self) -> String {
        let mut text = format!("  it is {}", self.state());
        // Writing to a string does not fail.
        if let Some(waits_for) = &self.waits_for {
            let _ = write!(text, ", waits for {}", one_line(&waits_for.to_string()));
        }
        if let Some(place) = self.start_location {
            let _ = write!(text, ", was started at {place}");
        }
        text.push('\n');
        #[cfg(feature = "stacks")]
        {
            if let Some(error) = self.stack_error() {
                let _ = writeln!(text, "      {error}");
            }
            if let Some(stack) = self.stack() {
                let _ = write!(text, "{stack}");
            }
        }
        text
    }
}

fn or_dash(cell: Option<impl ToString>) -> String {
    cell.map_or_else(|| String::from("-"), |cell| cell.to_string())
}

/// Names are the user's, and may hold anything.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

impl ThreadState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Stopping => "stopping",
            Self::Idle => "idle",
        }
    }
}

impl fmt::Display for ThreadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
