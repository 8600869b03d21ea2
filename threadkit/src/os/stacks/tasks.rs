//! The threads of the process as the kernel lists them.

use std::fs;
use std::time::Duration;

/// A thread, whoever has started it.
pub(crate) struct Task {
    pub(crate) id: u64,
    /// As the system has it, cut at 15 bytes.
    pub(crate) name: String,
    /// Since the system's start, in its hundredths of a second.
    started: u64,
}

/// All threads of this process. None where the kernel does not say, as all but Linux.
pub(crate) fn tasks() -> Vec<Task> {
    let entries = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter_map(Task::of).collect()
}

impl Task {
    /// `None` if the thread has ended meanwhile.
    fn of(id: u64) -> Option<Self> {
        // Of the fields behind the name in parentheses the 20th is the start, in hundredths of a second since the
        // system's, which is the unit of all interfaces of Linux.
        let stat = fs::read(format!("/proc/self/task/{id}/stat")).ok()?;
        let stat = String::from_utf8_lossy(&stat);
        let (head, fields) = stat.rsplit_once(')')?;
        let (_, name) = head.split_once('(')?;
        let started = fields.split_whitespace().nth(19)?.parse().ok()?;
        Some(Self { id, name: name.to_owned(), started })
    }

    /// Whether it is still the same thread that has the id.
    pub(crate) fn is_alive(&self) -> bool {
        Self::of(self.id).is_some_and(|now| now.started == self.started)
    }

    pub(crate) fn age(&self) -> Duration {
        let started = Duration::from_millis(self.started.saturating_mul(10));
        uptime().unwrap_or_default().saturating_sub(started)
    }
}

fn uptime() -> Option<Duration> {
    let text = fs::read_to_string("/proc/uptime").ok()?;
    let seconds = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
