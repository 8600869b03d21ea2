//! Asking all threads, and waiting for their answers.

mod names;
mod signal;
mod unwind;

use std::ffi::c_int;
use std::fs;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::signal::{Asked, Refusal, SLOTS};
use self::unwind::{Calls, Modules};
use super::{Answer, StackError, tasks};

pub(super) use names::frames_of;

/// How long threads are waited for that do not answer, all of them together.
const PATIENCE: Duration = Duration::from_millis(200);

/// The first of the looks for threads that will not answer: they have ended, or block the signal for a moment. Nothing
/// wakes who waits for those; each look comes after four times the time of the one before.
const FIRST_LOOK: Duration = Duration::from_millis(1);

/// Std's lock, since a fork waits for it. With it whoever asks is alone.
static ASKER: Mutex<Asker> = Mutex::new(Asker { wanted: None, signal: None, modules: None });

struct Asker {
    /// The signal that the program has set.
    wanted: Option<c_int>,
    /// The one that was used last.
    signal: Option<c_int>,
    modules: Option<Modules>,
}

fn lock() -> MutexGuard<'static, Asker> {
    // Std's in a model, too: it asks the system.
    ASKER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock of all questions, over a fork.
pub(crate) struct Asking {
    _asker: MutexGuard<'static, Asker>,
}

/// Waits until nobody asks, and lets nobody begin.
pub(crate) fn hold() -> Asking {
    Asking { _asker: lock() }
}

impl Asking {
    /// In the child there is no thread that could still be at an answer.
    #[expect(clippy::unused_self, reason = "whoever holds the lock may do so")]
    pub(crate) fn in_child(&mut self) {
        signal::forget_all();
    }
}

/// Where these threads stand, by the kernel's ids, in their order.
pub(super) fn answers_of(threads: &[u64]) -> Vec<Answer> {
    let mut asker = lock();
    let Some(signal) = asker.signal() else {
        return threads.iter().map(|_| StackError::NoSignal.into()).collect();
    };
    if asker.modules.as_ref().is_none_or(|modules| !modules.are_current()) {
        asker.modules = Some(Modules::load());
    }
    let modules = asker.modules.as_mut().expect("loaded above");
    let _readable = signal::readable();
    signal::unblocked(signal, || {
        let batches = threads.chunks(SLOTS);
        batches.flat_map(|batch| Batch::new(signal, modules, batch).answers()).collect()
    })
}

/// Has this signal used from now on; an error, where it has a handler, or cannot have one that returns.
pub(super) fn set_signal(signal: c_int) -> io::Result<()> {
    const FAULTS: [c_int; 7] = [
        libc::SIGILL,
        libc::SIGFPE,
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGTRAP,
        libc::SIGSYS,
        libc::SIGABRT,
    ];
    let mut asker = lock();
    if FAULTS.contains(&signal) || !signal::claim(signal) {
        return Err(io::Error::other(format!("signal {signal} is taken, or cannot be")));
    }
    asker.wanted = Some(signal);
    asker.signal = Some(signal);
    Ok(())
}

impl Asker {
    /// The signal, which has our handler from now on. The program may have put its own in that place.
    fn signal(&mut self) -> Option<c_int> {
        let known = self.signal.filter(|signal| signal::is_ours(*signal));
        self.signal = known.or_else(|| match self.wanted {
            Some(signal) => Some(signal).filter(|signal| signal::claim(*signal)),
            None => free_signals().find(|signal| signal::claim(*signal)),
        });
        self.signal
    }
}

/// Real-time signals that no thread has blocked for a purpose, as those do that wait for one by `sigwait` or `signalfd`.
/// A thread that blocks all of them wants to be left in peace, and says nothing of any of them.
fn free_signals() -> impl Iterator<Item = c_int> {
    // Valgrind takes the highest for itself.
    let signals = (libc::SIGRTMIN()..libc::SIGRTMAX()).rev();
    let all = signals.clone().map(bit).fold(0, |set, bit| set | bit);
    let blocked =
        tasks().into_iter().filter_map(|task| signals_of(task.id)).map(|of| of.blocked & all);
    let taken = blocked.filter(|set| *set != all).fold(0, |taken, set| taken | set);
    signals.filter(move |signal| taken & bit(*signal) == 0)
}

/// A signal in the sets that the kernel shows.
fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

/// Threads that are asked at once: as many as there are slots at most.
struct Batch<'a> {
    signal: c_int,
    modules: &'a mut Modules,
    /// The slots that have been given to these threads, a bit for each.
    slots: u32,
    threads: Vec<(u64, Progress)>,
}

/// How far a thread has come.
enum Progress {
    /// It blocks the signal, and was not sent any: that would stay with it, and come when nobody asks; or wake it from a
    /// `sigwait` for any signal, which would not know what to do with it.
    Blocks,
    /// The system does not send it the signal, and will not.
    Refused,
    Asked(Asked),
    Settled(Answer),
}

impl<'a> Batch<'a> {
    fn new(signal: c_int, modules: &'a mut Modules, threads: &[u64]) -> Self {
        let mut slots = 0;
        let ask = |thread: &u64| (*thread, Progress::ask(signal, *thread, &mut slots));
        let threads = threads.iter().map(ask).collect();
        Self { signal, modules, slots, threads }
    }

    fn answers(mut self) -> Vec<Answer> {
        let start = Instant::now();
        let mut look = FIRST_LOOK;
        while !self.look(look.min(PATIENCE.saturating_sub(start.elapsed())))
            && start.elapsed() < PATIENCE
        {
            look *= 4;
        }
        let Self { signal, modules, threads, .. } = self;
        let settle = |(thread, progress)| {
            let error = match progress {
                Progress::Settled(answer) => return answer,
                Progress::Blocks => StackError::Blocks { signal },
                Progress::Refused => StackError::Refused,
                Progress::Asked(asked) => {
                    asked.give_up();
                    StackError::Silent { signal }
                }
            };
            let seen = seen_by_kernel(thread, modules);
            Answer { calls: seen.map(|calls| calls.addresses), error: Some(error) }
        };
        threads.into_iter().map(settle).collect()
    }

    /// Waits for the answers, and looks after those who have not answered by then; true if nobody is left.
    fn look(&mut self, patience: Duration) -> bool {
        let start = Instant::now();
        let mut all_settled = true;
        for (thread, progress) in &mut self.threads {
            match progress {
                Progress::Settled(_) | Progress::Refused => continue,
                Progress::Blocks => {
                    *progress = Progress::ask(self.signal, *thread, &mut self.slots);
                }
                Progress::Asked(asked) => {
                    let left = patience.saturating_sub(start.elapsed());
                    match asked
                        .answer(left, |registers, stack| self.modules.unwind(registers, stack))
                    {
                        Some(calls) => *progress = Progress::Settled(calls.into()),
                        None if is_gone(*thread) => progress.settle(StackError::Ended.into()),
                        None => {}
                    }
                }
            }
            all_settled &= matches!(progress, Progress::Settled(_) | Progress::Refused);
        }
        if !all_settled
            && self.threads.iter().all(|(_, progress)| !matches!(progress, Progress::Asked(_)))
        {
            std::thread::sleep(patience.saturating_sub(start.elapsed()));
        }
        all_settled
    }
}

impl Progress {
    fn ask(signal: c_int, thread: u64, slots: &mut u32) -> Self {
        let Ok(id) = libc::pid_t::try_from(thread) else {
            return Self::Settled(StackError::Ended.into());
        };
        match signals_of(thread) {
            Some(Signals { ended: true, .. }) => return Self::Settled(StackError::Ended.into()),
            Some(Signals { blocked, .. }) if blocked & bit(signal) != 0 => return Self::Blocks,
            // The kernel does not count as blocked what a thread waits for.
            _ if waits_for_signals(thread) => return Self::Blocks,
            // Where the kernel does not say, the thread is asked, and may not answer.
            _ => {}
        }
        match signal::ask(signal, id, slots) {
            Ok(asked) => Self::Asked(asked),
            Err(Refusal::Gone) => Self::Settled(StackError::Ended.into()),
            Err(Refusal::Refused) => Self::Refused,
            Err(Refusal::Full) => Self::Settled(StackError::Silent { signal }.into()),
        }
    }

    fn settle(&mut self, with: Answer) {
        if let Self::Asked(asked) = std::mem::replace(self, Self::Settled(with)) {
            asked.give_up();
        }
    }
}

/// Where a thread waits that does not answer: if it is in a system call the kernel knows, and the stack stays as it is.
/// Where its registers are needed beyond those, and are not found on the stack, outer frames are missing.
fn seen_by_kernel(thread: u64, modules: &mut Modules) -> Option<Calls> {
    let (pc, sp) = system_call_of(thread)?;
    let stack = signal::stack_from(sp);
    let calls = modules.unwind_without_fp(pc, sp, &stack);
    // It may have gone on meanwhile.
    (system_call_of(thread)? == (pc, sp)).then_some(calls)
}

fn is_gone(thread: u64) -> bool {
    libc::pid_t::try_from(thread).is_ok_and(|id| !signal::is_there(id))
}

/// How a thread is with signals.
struct Signals {
    /// A bit for each signal that it blocks, the lowest for the first.
    blocked: u64,
    /// It has ended, and is listed all the same: the main thread, where others go on.
    ended: bool,
}

fn signals_of(thread: u64) -> Option<Signals> {
    let status = fs::read(format!("/proc/self/task/{thread}/status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
    let blocked = u64::from_str_radix(field("SigBlk:")?.trim(), 16).ok()?;
    Some(Signals { blocked, ended: field("State:")?.trim_start().starts_with(['Z', 'X']) })
}

/// Whether the thread is in a `sigwait`.
fn waits_for_signals(thread: u64) -> bool {
    let call = call_of(thread);
    let number = call.as_deref().and_then(|call| call.split_whitespace().next()?.parse().ok());
    number == Some(libc::SYS_rt_sigtimedwait)
}

/// The number of the system call that a thread is in, its arguments, its stack pointer and its program counter, as the
/// kernel writes them. A thread that runs has none of it.
fn call_of(thread: u64) -> Option<String> {
    fs::read_to_string(format!("/proc/self/task/{thread}/syscall")).ok()
}

/// The program counter and the stack pointer of a thread that is in a system call, or waits in the kernel otherwise.
fn system_call_of(thread: u64) -> Option<(u64, u64)> {
    let call = call_of(thread)?;
    let mut fields = call.split_whitespace().rev().map(|field| field.strip_prefix("0x"));
    let mut number = || u64::from_str_radix(fields.next()??, 16).ok();
    Some((number()?, number()?))
}
