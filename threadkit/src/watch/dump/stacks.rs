//! [`dump_stacks`]: a dump with the place where each thread stands.

use std::collections::HashSet;
use std::slice;
use std::time::Duration;

use super::{Dump, ThreadDump, Whose, dump, dump_of};
use crate::base::clock;
use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::os;
use crate::os::stacks::{Stack, StackError, Task, tasks};
use crate::thread::Thread;
use crate::thread::current::{enumerate, main_thread, with_current};
use crate::thread::kept;
use crate::thread::stacks::{replies_of, stacks_of};

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
///   the memory ends. Where a filter forbids it, or an emulator lacks it, the memory is read through `/proc/self/mem`, which
///   is open for as long as the dump is made.
/// - Threads that are just starting are waited for, for a second at most, where they could be taken for ones that are not
///   known here.
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
    let before = enumerate();
    let mut unknown = tasks();
    wait_for_beginners(&before, &unknown);
    let mut dump = dump();
    // Those of `before`, too: one that is over by now may still be there for the system.
    let ids = before.iter().filter_map(Thread::native_id);
    let known: HashSet<_> =
        ids.chain(dump.threads.iter().filter_map(|row| row.native_id)).collect();
    unknown.retain(|task| !known.contains(&task.id));
    // The main thread, which is over when it waits for others at exit, and in the callbacks after that.
    let main = main_thread();
    let is_main = |task: &Task| main.native_id() == Some(task.id);
    if unknown.iter().any(is_main) {
        unknown.retain(|task| !is_main(task));
        dump.threads.splice(0..0, dump_of(slice::from_ref(&main)).threads);
    }
    let kept = kept::all();
    dump.threads.extend(unknown.iter().filter_map(|task| {
        let row = ThreadDump::unknown(task);
        match kept.get(&task.id) {
            None => Some(row),
            // Between two objects, or at its end.
            Some(None) => None,
            Some(Some(class)) => Some(ThreadDump {
                name: Name::from(*class),
                class_name: "KeptThread",
                whose: Whose::Kept,
                ..row
            }),
        }
    }));
    let mut dump = dump.with_stacks();
    let is_dead = |task: &&Task| !task.is_alive();
    let dead: HashSet<_> = unknown.iter().filter(is_dead).map(|task| task.id).collect();
    dump.threads.retain(|row| {
        let is_gone = row.stack_error() == Some(&StackError::Ended);
        row.is_known() || !(is_gone || row.native_id.is_some_and(|id| dead.contains(&id)))
    });
    dump
}

/// How long threads are waited for that begin, all of them together: as long as a loaded machine may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// A thread is there for the system before it has said here who it is. Where one of `tasks` may be such a thread, waits for
/// all that begin.
fn wait_for_beginners(known: &[Thread], tasks: &[Task]) {
    let ids: HashSet<_> = known.iter().filter_map(Thread::native_id).collect();
    if tasks.iter().all(|task| ids.contains(&task.id)) {
        return;
    }
    let deadline = clock::now() + PATIENCE;
    // Those included that have been started since.
    for thread in enumerate() {
        thread.record().wait_begun(deadline);
    }
}

impl Dump {
    /// With the stack of each of its threads.
    pub(super) fn with_stacks(mut self) -> Self {
        let ids: Vec<_> = self.threads.iter().filter_map(|row| row.native_id).collect();
        let mut stacks = stacks_of(&ids).into_iter();
        for row in &mut self.threads {
            let stack = row.native_id.and_then(|_| stacks.next());
            row.stack = Some(stack.unwrap_or(StackError::NotBegun.into()));
        }
        self.forget_the_dead();
        self
    }

    /// Whoever is over by now has an id that another thread may have been given, and may have answered by.
    fn forget_the_dead(&mut self) {
        let alive: HashSet<_> = enumerate().iter().map(Thread::ident).collect();
        for row in &mut self.threads {
            if row.is_known() && row.class_name != "MainThread" && !alive.contains(&row.ident) {
                row.stack = Some(StackError::Ended.into());
            }
        }
    }
}

impl ThreadDump {
    /// With the stack of `thread`, whose row it is.
    pub(super) fn with_stack(mut self, thread: &Thread) -> Self {
        self.stack = replies_of(slice::from_ref(thread)).pop();
        self
    }

    fn unknown(task: &Task) -> Self {
        Self {
            // No thread has it, so it is nobody else's.
            ident: ThreadId::next(),
            native_id: Some(task.id),
            name: Name::from(task.name.as_str()),
            class_name: "UnknownThread",
            class_path: None,
            daemon: true,
            stop_requested: false,
            age: task.age(),
            cpu_time: os::thread::cpu_time(task.id),
            starter: None,
            group: None,
            supervisor: None,
            waits_for: None,
            start_location: None,
            whose: Whose::Unknown,
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
