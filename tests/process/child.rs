//! Runs a child program under a watchdog.

use std::fmt::Write as _;
use std::io::Read;
#[cfg(unix)]
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

/// A bound that only a hang exceeds.
const HANG: Duration = Duration::from_secs(60);

/// How a child ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        self
    }

    /// By `abort`.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn aborts(self) -> Self {
        self.signal(libc::SIGABRT)
    }

    /// By `abort`: std ends the process by a fast fail, which the system's debugger hears of.
    #[cfg(windows)]
    #[track_caller]
    #[expect(clippy::cast_possible_wrap, reason = "it is a pattern of bits")]
    pub(crate) fn aborts(self) -> Self {
        const FAST_FAIL: u32 = 0xc000_0409;
        self.code(FAST_FAIL as i32)
    }

    /// By a stack that has overflowed: std aborts.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn overflows(self) -> Self {
        self.aborts()
    }

    /// By a stack that has overflowed: an exception that nobody handles.
    #[cfg(windows)]
    #[track_caller]
    #[expect(clippy::cast_possible_wrap, reason = "it is a pattern of bits")]
    pub(crate) fn overflows(self) -> Self {
        const STACK_OVERFLOW: u32 = 0xc000_00fd;
        self.code(STACK_OVERFLOW as i32)
    }

    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn signal(self, signal: i32) -> Self {
        assert_eq!(self.status.signal(), Some(signal), "{self:#?}");
        self
    }

    /// The lines of stdout, all of them.
    #[track_caller]
    pub(crate) fn says(self, lines: &[&str]) -> Self {
        assert_eq!(self.stdout.lines().collect::<Vec<_>>(), lines, "{self:#?}");
        self
    }

    /// `text` stands `times` times on stderr.
    #[track_caller]
    pub(crate) fn reports(self, text: &str, times: usize) -> Self {
        assert_eq!(self.stderr.matches(text).count(), times, "{text:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        assert_eq!(self.stderr, "", "{self:#?}");
        self
    }
}

/// The program of that name in `scenarios/`.
pub(crate) fn command(scenario: &str) -> Command {
    let mut command = threadkit_tests::command(env!("CARGO_BIN_EXE_threadkit-scenarios"));
    command.arg(scenario).env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE");
    // What it forks belongs to it.
    #[cfg(unix)]
    command.process_group(0);
    command
}

#[track_caller]
pub(crate) fn run(scenario: &str) -> Ended {
    end_of(command(scenario))
}

/// Runs the child to its end.
#[track_caller]
pub(crate) fn end_of(mut command: Command) -> Ended {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Running::of(command.spawn().expect("the child starts")).end()
}

/// A child that runs.
pub(crate) struct Running {
    child: Child,
    stdout: thread::JoinHandle<String>,
    stderr: thread::JoinHandle<String>,
}

impl Running {
    pub(crate) fn of(mut child: Child) -> Self {
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        Self { child, stdout: collect(stdout), stderr: collect(stderr) }
    }

    #[track_caller]
    pub(crate) fn end(self) -> Ended {
        let Self { mut child, stdout, stderr } = self;
        let pid = child.id();
        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait()));
        let status = end.recv_timeout(HANG);
        let threads = if status.is_err() { threads_of(pid) } else { String::new() };
        if status.is_err() {
            kill(pid);
        }
        let (stdout, stderr) = (text(stdout), text(stderr));
        let Ok(status) = status else {
            panic!("the child hangs\n{threads}stdout: {stdout}\nstderr: {stderr}")
        };
        Ended { status: status.expect("the child is waited for"), stdout, stderr }
    }
}

/// Ends the child, and what it forked.
#[cfg(unix)]
fn kill(pid: u32) {
    // SAFETY: `kill` touches no memory. The child has not ended, so the id is its, and that of its group, to
    // which those belong that it forked.
    unsafe { libc::kill(-i32::try_from(pid).unwrap(), libc::SIGKILL) };
}

/// Ends the child.
#[cfg(windows)]
fn kill(pid: u32) {
    let _ = Command::new("taskkill").args(["/f", "/pid", &pid.to_string()]).output();
}

/// Which thread is where, in the child and in what it forked.
fn threads_of(group: u32) -> String {
    processes_of(group).into_iter().map(|pid| kernels_view(pid) + &debuggers_view(pid)).collect()
}

fn processes_of(group: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_of_group = |pid: &u32| {
        // Behind the name in parentheses: state, parent, group.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        fields.split_whitespace().nth(2) == Some(&group.to_string())
    };
    ids.filter(is_of_group).collect()
}

fn kernels_view(pid: u32) -> String {
    let mut text = String::new();
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    for task in tasks {
        let read = |file: &str| {
            let content = fs::read_to_string(task.path().join(file)).unwrap_or_default();
            content.trim().to_owned()
        };
        let (name, place, call) = (read("comm"), read("wchan"), read("syscall"));
        writeln!(text, "{pid}: thread '{name}' is in {place} (system call {call})").unwrap();
    }
    text
}

/// The threads' stacks, where there is a debugger.
fn debuggers_view(pid: u32) -> String {
    let mut debugger = Command::new("gdb");
    debugger.args(["-p", &pid.to_string(), "-batch", "-nx", "-ex", "thread apply all backtrace"]);
    let output = debugger.stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map_or(String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            stream.read_to_end(&mut bytes).expect("a pipe can be read");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn text(collected: thread::JoinHandle<String>) -> String {
    collected.join().expect("a pipe can be read")
}
