//! Chrome's trace event format, as Perfetto and `chrome://tracing` read it: an array of events, one a line.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io::{self, BufWriter, Write};
use std::process;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Entry, Failed, Track, What};
use crate::base::ident::ThreadId;
use crate::core::exception::ExceptionKind;

/// Writes the entries. `threads` are those that are alive; the others have an entry that tells who they were.
pub(super) fn write(
    output: impl Write,
    mut threads: HashMap<ThreadId, Track>,
    entries: &VecDeque<Entry>,
    lost: u64,
) -> io::Result<()> {
    for entry in entries {
        if let What::Over(track) = &entry.what {
            threads.insert(entry.thread, (**track).clone());
        }
    }
    let rows: BTreeSet<ThreadId> = entries.iter().map(|entry| entry.thread).collect();
    let rows = rows.into_iter().flat_map(|thread| row(thread, threads.get(&thread)));
    let ends = ends(entries);
    let events = entries.iter().zip(ends).filter_map(|(entry, end)| event(entry, end, &threads));

    let mut output = BufWriter::new(output);
    let mut before = "[\n";
    for mut event in process_itself(lost).into_iter().chain(rows).chain(events) {
        event["pid"] = process::id().into();
        output.write_all(before.as_bytes())?;
        serde_json::to_writer(&mut output, &event)?;
        before = ",\n";
    }
    output.write_all(b"\n]\n")?;
    output.flush()
}

fn process_itself(lost: u64) -> Vec<Value> {
    let program = std::env::current_exe().ok();
    let program = program.as_deref().and_then(|path| path.file_name()?.to_str());
    let name = json!({"ph": "M", "name": "process_name", "args": {"name": program}});
    let labels = format!("the oldest {lost} moments are lost");
    let labels = json!({"ph": "M", "name": "process_labels", "args": {"labels": labels}});
    if lost == 0 { vec![name] } else { vec![name, labels] }
}

/// A thread's row: its place, in the order of the starts, and its name.
fn row(thread: ThreadId, track: Option<&Track>) -> Vec<Value> {
    let ident = thread.as_u64();
    let place = json!({"ph": "M", "tid": ident, "name": "thread_sort_index", "args": {"sort_index": ident}});
    let name = track.map_or("?", |track| &track.name);
    let name = json!({"ph": "M", "tid": ident, "name": "thread_name", "args": {"name": name}});
    vec![place, name]
}

/// When the slice ends that an entry begins, if it does; an end whose beginning is lost is nowhere.
fn ends(entries: &VecDeque<Entry>) -> Vec<Option<Duration>> {
    let mut ends = vec![None; entries.len()];
    // The slices of each thread that are open, outermost first, by their entries.
    let mut open: HashMap<ThreadId, Vec<usize>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let open = open.entry(entry.thread).or_default();
        match entry.what {
            What::Starts(_) | What::Fails(_) | What::Says(_) => {}
            What::Begins | What::Waits(_) => open.push(index),
            What::Waited => {
                if let Some(&last) = open.last() {
                    if matches!(entries[last].what, What::Waits(_)) {
                        open.pop();
                        ends[last] = Some(entry.at);
                    }
                }
            }
            What::Over(_) => open.drain(..).for_each(|index| ends[index] = Some(entry.at)),
        }
    }
    ends
}

/// What an entry is in the trace. What ends is no event of its own, since `chrome://tracing` draws arrows to
/// complete slices alone.
fn event(
    entry: &Entry,
    end: Option<Duration>,
    threads: &HashMap<ThreadId, Track>,
) -> Option<Value> {
    let mut event = match &entry.what {
        What::Starts(started) => starts(*started, threads.get(started)),
        What::Begins => life(entry.thread, threads.get(&entry.thread)),
        What::Waits(what) => json!({"ph": "B", "cat": "wait", "name": what}),
        What::Fails(failed) => fails(failed),
        What::Says(what) => json!({"ph": "i", "s": "t", "cat": "note", "name": what}),
        What::Waited | What::Over(_) => return None,
    };
    event["tid"] = entry.thread.as_u64().get().into();
    event["ts"] = microseconds(entry.at);
    if let Some(end) = end {
        event["ph"] = "X".into();
        event["dur"] = microseconds(end.saturating_sub(entry.at));
    }
    Some(event)
}

/// An f64 has room for the nanoseconds of three months.
fn microseconds(duration: Duration) -> Value {
    ((duration.as_secs_f64() * 1e9).round() / 1e3).into()
}

/// A slice without a length, from which the arrow comes: only slices have arrows.
fn starts(started: ThreadId, track: Option<&Track>) -> Value {
    let name = track.map_or_else(|| format!("thread {started}"), |track| track.name.to_string());
    let name = format!("start {name}");
    json!({"ph": "X", "dur": 0, "cat": "start", "name": name, "bind_id": arrow(started), "flow_out": true})
}

fn life(thread: ThreadId, track: Option<&Track>) -> Value {
    let args = track.map(|track| {
        json!({
            "ident": thread.as_u64(),
            "native_id": track.native_id,
            "daemon": track.daemon,
            "started_at": track.start_location.map(ToString::to_string),
        })
    });
    json!({
        "ph": "B",
        "cat": "thread",
        "name": track.map_or("thread", |track| track.class_name),
        "args": args,
        "bind_id": arrow(thread),
        "flow_in": true,
    })
}

fn fails(failed: &Failed) -> Value {
    let verb = if failed.kind == ExceptionKind::Panic { "panicked" } else { "failed" };
    json!({
        "ph": "i",
        "s": "t",
        "cat": "failure",
        "name": format!("{verb}: {}", failed.message),
        "args": {"location": failed.location, "sources": failed.sources},
    })
}

/// The arrow that leads to the beginning of a thread.
fn arrow(thread: ThreadId) -> String {
    format!("{:#x}", thread.as_u64())
}
