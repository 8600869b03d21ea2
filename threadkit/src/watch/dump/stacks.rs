//! [`dump_stacks`]: a dump with the place where each thread stands.

use std::collections::HashSet;

use super::{Dump, ThreadDump, dump};
use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::os;
use crate::os::stacks::{Stack, StackError, Task, tasks};
use crate::thread::current::with_current;
use crate::thread::kept;
use crate::thread::stacks::stacks_of;

/// As [`dump`], with the stack of each thread; and with all threads of the process, those that are not known here
/// included: of std, of a runtime or a pool, of C.
///
/// What Java has in `jstack`, Python in `faulthandler` and `py-spy dump`, and Go prints for every goroutine. Most hangs are
/// in a lock, a channel or a socket, of which [`dump`] knows nothing: here they have a line. Feature `stacks`; on Linux, on
/// x86-64 and aarch64. Elsewhere no row has a stack, and [`ThreadDump::stack_error`] says why.
///
/// # What it does to the others
///
/// Each thread is asked by a signal. Its handler copies some registers and up to 128 KiB of the stack, and the thread goes
/// on; all else is done by who called this. That takes some ten microseconds for a thread, which is not stopped beyond
/// that. To be known where this matters:
///
/// - A call that waits is restarted by the system, as a read, an accept, a lock. Some never are, and give `EINTR`: `poll`,
///   `select`, `epoll_wait`, `nanosleep`, `sigwait`, and socket calls with a timeout ([`signal(7)`] has the list). Std's
///   functions, tokio and `mio` go on by themselves. C code that takes `EINTR` for an end does not; a debugger and
///   `SIGSTOP` do the same to it.
/// - The signal is the highest real-time one below `SIGRTMAX` that the program does not use at the first call, see
///   [`set_stack_signal`](crate::set_stack_signal). It does nothing when others send it.
/// - A thread that blocks that signal is not sent it. Such ones, and those that do not answer, are waited for 200 ms, sixteen
///   at once. Then the kernel is asked: of a thread in a system call it knows the place, from which the innermost frames are
///   found. The dump says both.
/// - The handler needs less than a kilobyte of stack beside what the kernel puts there (`AT_MINSIGSTKSZ`). It runs on the
///   thread's alternate stack, which all threads of std and of this crate have.
/// - A broken stack has fewer frames: the copy is made by a system call (`process_vm_readv`), which gives an error where
///   the memory ends. Where a filter forbids it, only the innermost frame is known.
/// - Two callers come one after the other; a fork waits for them.
/// - musl and static programs are no different. What was built without tables for unwinding, as C often is, ends the stack.
///
/// Nothing is installed, and nothing costs anything, before the first call.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc;
///
/// let (jobs, inbox) = mpsc::channel::<u32>();
/// let worker = threadkit::spawn(move || inbox.recv());
/// println!("{}", threadkit::dump_stacks());
/// // IDENT  NATIVE ID  NAME        CLASS       STATE    ...
/// // 1      4711       MainThread  MainThread  running  ...
/// // 2      4712       Target-1    Target      running  ...
/// //
/// // stack of 'Target-1' (Target, ident 2, native id 4712):
/// //    0: app::main::{{closure}}
/// //              at src/main.rs:4:46
/// //              in std::sync::mpsc::Receiver<T>::recv
/// # drop(jobs);
/// ```
///
/// [`signal(7)`]: https://man7.org/linux/man-pages/man7/signal.7.html
#[must_use]
#[doc(alias("backtrace", "faulthandler", "jstack", "dump_traceback"))]
pub fn dump_stacks() -> Dump {
    with_current(|_| ()); // who calls is known from now on
    let mut dump = dump();
    for main in dump
        .threads
        .iter_mut()
        .filter(|row| row.class_name == "MainThread" && row.native_id.is_none())
    {
        // It has not called into this crate yet. On Linux its id is the process's.
        main.native_id = cfg!(target_os = "linux").then(|| u64::from(std::process::id()));
    }
    let known: HashSet<_> = dump.threads.iter().filter_map(|row| row.native_id).collect();
    let unknown = tasks().into_iter().filter(|task| !known.contains(&task.id));
    let idle = kept::idle();
    dump.threads.extend(unknown.map(|task| {
        let kept = idle.get(&task.id);
        let row = ThreadDump::unknown(task);
        kept.map_or(row.clone(), |class| ThreadDump {
            name: Name::from(*class),
            class_name: "KeptThread",
            idle: true,
            ..row
        })
    }));
    let ids: Vec<_> = dump.threads.iter().filter_map(|row| row.native_id).collect();
    let mut stacks = stacks_of(&ids).into_iter();
    for row in &mut dump.threads {
        let stack = row.native_id.and_then(|_| stacks.next());
        row.stack = Some(stack.unwrap_or(StackError::NotBegun.into()));
    }
    // Nothing is known of a thread that ended before it was asked.
    dump.threads.retain(|row| row.is_known() || row.stack_error() != Some(&StackError::Ended));
    dump
}

impl ThreadDump {
    /// With the stack of the thread alone.
    pub(super) fn with_stack(mut self) -> Self {
        let reply = self.native_id.and_then(|id| stacks_of(&[id]).pop());
        self.stack = Some(reply.unwrap_or(StackError::NotBegun.into()));
        self
    }

    fn unknown(task: Task) -> Self {
        Self {
            // No thread has it, so it is nobody else's.
            ident: ThreadId::next(),
            native_id: Some(task.id),
            name: Name::from(task.name),
            class_name: "UnknownThread",
            class_path: None,
            daemon: true,
            stop_requested: false,
            age: task.age,
            cpu_time: os::thread::cpu_time(task.id),
            starter: None,
            group: None,
            supervisor: None,
            waits_for: None,
            start_location: None,
            known: false,
            idle: false,
            stack: None,
        }
    }

    /// Where the thread stands, in a dump of [`dump_stacks`](crate::dump_stacks). With the feature `stacks`.
    #[must_use]
    pub fn stack(&self) -> Option<&Stack> {
        self.stack.as_ref()?.stack.as_ref()
    }

    /// Why the thread did not say where it stands, in a dump of [`dump_stacks`](crate::dump_stacks). With the feature `stacks`.
    #[must_use]
    pub fn stack_error(&self) -> Option<&StackError> {
        self.stack.as_ref()?.error.as_ref()
    }
}
