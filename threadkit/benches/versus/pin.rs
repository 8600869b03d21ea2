//! Keeping this process on one processor.

use std::fs;
use std::process::{self, Command};

/// While it lives, all threads of this process share one processor.
pub(crate) struct Pinned {
    before: String,
}

impl Pinned {
    /// The first of the processors that are allowed. By `taskset`, since std has no such call.
    pub(crate) fn new() -> Result<Self, &'static str> {
        let status = fs::read_to_string("/proc/self/status").map_err(|_| "there is no /proc")?;
        let allowed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let before = allowed.ok_or("/proc does not name the processors")?.trim().to_owned();
        let first = before.split([',', '-']).next().unwrap_or_default();
        if allow(first) { Ok(Self { before }) } else { Err("`taskset` is not installed") }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        assert!(allow(&self.before), "taskset worked before");
    }
}

fn allow(processors: &str) -> bool {
    let process = process::id().to_string();
    let taskset = |_| {
        let said = Command::new("taskset").args(["-a", "-p", "-c", processors, &process]).output();
        said.is_ok_and(|output| output.status.success())
    };
    // A thread that ends meanwhile is an error to it.
    (0..10).any(taskset)
}
