//! The threads of the process as the kernel lists them.

use std::fs;
use std::time::Duration;

/// A thread, whoever has started it.
pub(crate) struct Task {
    pub(crate) id: u64,
    /// As the system has it, cut at 15 bytes.
    pub(crate) name: String,
    pub(crate) age: Duration,
}

/// All threads of this process. None where the kernel does not say.
#[cfg(target_os = "linux")]
pub(crate) fn tasks() -> Vec<Task> {
    let uptime = uptime().unwrap_or_default();
    let entries = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(|id| Task::of(id, uptime)).collect()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn tasks() -> Vec<Task> {
    Vec::new()
}

impl Task {
    /// `None` if the thread has ended meanwhile.
    fn of(id: u64, uptime: Duration) -> Option<Self> {
        // Of the fields behind the name in parentheses the 20th is the start, in hundredths of a second since the
        // system's, which is the unit of all interfaces of Linux.
        let stat = fs::read(format!("/proc/self/task/{id}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        let (head, fields) = stat.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        let started: u64 = fields.split_whitespace().nth(19)?.parse().ok()?;
        let age = uptime.saturating_sub(Duration::from_millis(started.saturating_mul(10)));
        Some(Self { id, name: name.to_owned(), age })
    }
}

fn uptime() -> Option<Duration> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    let seconds = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// How a thread is with signals.
pub(super) struct Signals {
    /// A bit for each signal that it blocks, the lowest for the first.
    pub(super) blocked: u64,
    /// It has ended, and is listed all the same: the main thread, where others go on.
    pub(super) ended: bool,
}

pub(super) fn signals_of(thread: u64) -> Option<Signals> {
    let status = fs::read(format!("/proc/self/task/{thread}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
    let blocked = u64::from_str_radix(field("SigBlk:")?.trim(), 16).ok()?;
    Some(Signals { blocked, ended: field("State:")?.trim_start().starts_with(['Z', 'X']) })
}

/// The program counter and the stack pointer of a thread that is in a system call, or waits in the kernel otherwise.
pub(super) fn system_call_of(thread: u64) -> Option<(u64, u64)> {
    // The number of the call, its arguments, stack pointer, program counter. A thread that runs has none of it.
    let text = fs::read_to_string(format!("/proc/self/task/{thread}/syscall")).ok()?;
    let mut fields = text.split_whitespace().rev().map(|field| field.strip_prefix("0x"));
    let mut number = || u64::from_str_radix(fields.next()??, 16).ok();
    Some((number()?, number()?))
}
