//! Asking threads where they stand, by a signal.
//!
//! The handler takes three or four registers and a copy of the stack, and no more: it makes two or three system calls and
//! no others, takes no lock, allocates nothing, and reads the stack by a call that gives an error where a plain read would
//! be a fault. What the copy means is found out by who asked, in [`unwind`](super::unwind), when the thread goes on already.
//!
//! A question is a slot and a number. The signal carries both, and the thread answers by taking the slot from *asked* to
//! *answering*, which fails if whoever asked has given up meanwhile: a signal that comes late, from a thread that blocked
//! it for long, finds another number and changes nothing.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "words of 64 bits are cut and read as they are meant"
)]

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::fs::File;
use std::io;
use std::mem;
use std::os::fd::AsRawFd as _;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;

/// How many threads are asked at once. The memory is touched only where they answer.
pub(super) const SLOTS: usize = 16;

/// How much of a stack is copied, from its inner end: enough for a thousand frames. Outer ones that are further away are
/// not shown.
const STACK: usize = 128 * 1024;

/// The copy is made in pieces that no page's border crosses, so that it ends where the stack does.
const PIECE: usize = 4096;
const PIECES: usize = STACK / PIECE;

const FREE: u32 = 0;
const ASKED: u32 = 1;
const ANSWERING: u32 = 2;
const ANSWERED: u32 = 3;

struct Slot {
    /// The number of the question, above two bits that say how far it has come.
    state: AtomicU32,
    answer: UnsafeCell<Answer>,
}

/// What a thread says.
struct Answer {
    registers: Registers,
    /// How much of the stack was there, from `registers.sp` on.
    len: usize,
    stack: [u8; STACK],
}

/// Those of which the calls are found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Registers {
    pub(super) pc: u64,
    pub(super) sp: u64,
    /// The frame pointer, if the code keeps one.
    pub(super) fp: u64,
    /// Where a function returns that has not saved it.
    #[cfg(target_arch = "aarch64")]
    pub(super) lr: u64,
}

/// Nowhere; zero would be the end of all calls.
const UNKNOWN: u64 = 8;

impl Registers {
    /// With what the kernel tells of a thread that is in a system call.
    pub(super) fn in_system_call(pc: u64, sp: u64) -> Self {
        Self {
            pc,
            sp,
            fp: UNKNOWN,
            #[cfg(target_arch = "aarch64")]
            lr: UNKNOWN,
        }
    }
}

// SAFETY: an answer is written by the one thread that took the slot from ASKED to ANSWERING, until it sets ANSWERED, and
// read by who asked, who sees ANSWERED and holds the lock of this module's only caller until he frees the slot.
unsafe impl Sync for Slot {}

/// All zeros, so that it is in no file and in no memory until it is used.
static SLOT: [Slot; SLOTS] = [const {
    Slot {
        state: AtomicU32::new(FREE),
        answer: UnsafeCell::new(Answer {
            registers: Registers {
                pc: 0,
                sp: 0,
                fp: 0,
                #[cfg(target_arch = "aarch64")]
                lr: 0,
            },
            len: 0,
            stack: [0; STACK],
        }),
    }
}; SLOTS];

/// The process in which the questions are asked. A handler must not ask for it by libc, which may keep it in memory that
/// a fork has not corrected yet; and the signals of a parent do not reach its child.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// The file through which memory is read, `/proc/thread-self/mem`, where the call for that is forbidden or missing: under a filter
/// of system calls, or an emulator. No file, where it is not needed.
static MEMORY: AtomicI32 = AtomicI32::new(NO_FILE);

const NO_FILE: c_int = -1;

/// A token that is of no slot.
const NO_QUESTION: u64 = u64::MAX;

/// What the kernel hands from [`ask`] to [`answer`]: `siginfo_t` of a queued signal, on 64-bit Linux.
#[repr(C)]
struct Question {
    signal: c_int,
    error: c_int,
    code: c_int,
    _gap: c_int,
    process: libc::pid_t,
    user: libc::uid_t,
    /// The slot's index above the state that it is to be in.
    token: u64,
    _rest: [u64; 12],
}

const _: () = assert!(mem::size_of::<Question>() == mem::size_of::<libc::siginfo_t>());

extern "C" fn answer(_: c_int, question: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel calls a handler with SA_SIGINFO, and hands it a whole `siginfo_t`, of which all bytes are
    // initialised and which is aligned as a pointer is.
    let question = unsafe { &*question.cast::<Question>() };
    // Relaxed: it was written before the signal was sent, and a signal that somebody else sends is to be left alone.
    if question.code != libc::SI_QUEUE || question.process != PROCESS.load(Ordering::Relaxed) {
        return;
    }
    let (index, asked) = ((question.token >> 32) as usize, question.token as u32);
    let Some(slot) = SLOT.get(index).filter(|_| asked & 3 == ASKED) else { return };
    let answering = asked - ASKED + ANSWERING;
    // Acquire: what the last one to write here did is over. Relaxed where it fails: then nothing is touched.
    let taken = slot.state.compare_exchange(asked, answering, Ordering::Acquire, Ordering::Relaxed);
    if taken.is_err() {
        return;
    }
    // SAFETY: libc's place for the error of the current thread is always there.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: it is an integer of this thread's own.
    let error = unsafe { *errno };
    // SAFETY: the slot is ANSWERING by the exchange above, so this thread alone writes, and nobody reads.
    let answer = unsafe { &mut *slot.answer.get() };
    // SAFETY: the third argument of such a handler is the context that was interrupted.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    answer.registers = registers(context);
    answer.len = copy_stack(answer.registers.sp, &mut answer.stack);
    let answered = asked - ASKED + ANSWERED;
    // Release: who sees this sees the answer.
    slot.state.store(answered, Ordering::Release);
    wake(&slot.state);
    // SAFETY: as above; the code that was interrupted may be about to read it.
    unsafe { *errno = error };
}

#[cfg(target_arch = "x86_64")]
fn registers(context: &libc::ucontext_t) -> Registers {
    let register = |name: c_int| context.uc_mcontext.gregs[name as usize] as u64;
    Registers {
        pc: register(libc::REG_RIP),
        sp: register(libc::REG_RSP),
        fp: register(libc::REG_RBP),
    }
}

#[cfg(target_arch = "aarch64")]
fn registers(context: &libc::ucontext_t) -> Registers {
    let context = &context.uc_mcontext;
    Registers { pc: context.pc, sp: context.sp, fp: context.regs[29], lr: context.regs[30] }
}

/// Copies what there is from `from` on, and says how much.
fn copy_stack(from: u64, to: &mut [u8; STACK]) -> usize {
    read_memory(from, to).or_else(|| read_file(from, to)).unwrap_or(0)
}

/// `None`, where the system has no such call, or forbids it, or has no memory there.
fn read_memory(from: u64, to: &mut [u8]) -> Option<usize> {
    let mut pieces = [libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 }; PIECES];
    let mut from = from as usize;
    for piece in &mut pieces {
        let len = PIECE - from % PIECE;
        *piece = libc::iovec { iov_base: ptr::without_provenance_mut(from), iov_len: len };
        from = from.wrapping_add(len);
    }
    // The first piece is no longer than the others, so all of them fit.
    let to = libc::iovec { iov_base: to.as_mut_ptr().cast(), iov_len: to.len() };
    // By the thread's own id, which is as good as the process's: that one's memory is gone where the main thread has
    // ended. The system call itself, as in a fork's child libc may remember the parent's.
    // SAFETY: the call has no arguments.
    let this = unsafe { libc::syscall(libc::SYS_gettid) } as libc::pid_t;
    // SAFETY: `to` is memory that nobody else uses; `pieces` are only addresses, which the kernel looks up: what is not
    // mapped ends the copy.
    let copied = unsafe {
        libc::process_vm_readv(this, &raw const to, 1, pieces.as_ptr(), PIECES as u64, 0)
    };
    usize::try_from(copied).ok()
}

/// The same through the file. If the program has closed it, and something else has its number, that is read: a stack
/// which makes no sense.
fn read_file(from: u64, to: &mut [u8; STACK]) -> Option<usize> {
    let file = MEMORY.load(Ordering::Relaxed); // Relaxed: a number, written before the signal was sent
    // SAFETY: `to` is memory that nobody else uses. The system call itself, as libc's function may end a thread that is
    // cancelled.
    let copied = unsafe { libc::syscall(libc::SYS_pread64, file, to.as_mut_ptr(), STACK, from) };
    usize::try_from(copied).ok()
}

/// Sees to it that stacks can be read, for as long as the value is kept. The caller holds the lock of all questions.
pub(super) fn readable() -> Readable {
    PROCESS.store(own_process(), Ordering::Relaxed); // Relaxed: as in `answer`
    let here = ptr::from_ref(&SLOT).addr() as u64;
    let file = match read_memory(here, &mut [0]) {
        Some(_) => None,
        None => File::open("/proc/thread-self/mem").ok(),
    };
    MEMORY.store(file.as_ref().map_or(NO_FILE, File::as_raw_fd), Ordering::Relaxed); // as in `read_file`
    Readable { _file: file }
}

/// The file, where it is needed.
pub(super) struct Readable {
    _file: Option<File>,
}

impl Drop for Readable {
    fn drop(&mut self) {
        // Relaxed: who is at an answer still, which nobody waits for, reads what comes to have that number, at worst.
        MEMORY.store(NO_FILE, Ordering::Relaxed);
    }
}

/// The stack of a thread that stays in a system call meanwhile. The caller holds the lock of all questions, and has stacks
/// [`readable`].
pub(super) fn stack_from(sp: u64) -> Vec<u8> {
    let mut stack = vec![0; STACK];
    let place = stack.first_chunk_mut().expect("of that length");
    let len = copy_stack(sp, place);
    stack.truncate(len);
    stack
}

/// Wakes who waits for `state`.
fn wake(state: &AtomicU32) {
    // SAFETY: the kernel takes the address as a name, and touches nothing.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            state.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            1,
        )
    };
}

/// Waits until `state` may be another than `known`, at most for so long.
fn wait(state: &AtomicU32, known: u32, timeout: Duration) {
    let timeout = libc::timespec {
        tv_sec: timeout.as_secs().try_into().unwrap_or(i32::MAX.into()),
        tv_nsec: timeout.subsec_nanos().into(),
    };
    // SAFETY: the kernel reads `state`, which is a static, and `timeout`, which lives until it returns.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            state.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            known,
            &raw const timeout,
        )
    };
}

/// A thread that has been asked; there is one at a time for each slot, under the lock of who asks.
pub(super) struct Asked {
    index: usize,
    asked: u32,
}

/// Why a thread cannot be asked.
pub(super) enum Refusal {
    /// There is no such thread any more.
    Gone,
    /// The system does not send the signal.
    Refused,
    /// All slots are with threads that have begun an answer.
    Full,
}

/// Asks a thread of this process, by the kernel's id. The caller holds the lock of all questions, and has answers in the
/// slots whose bits are in `used`.
pub(super) fn ask(signal: c_int, thread: libc::pid_t, used: &mut u32) -> Result<Asked, Refusal> {
    let free = |index: &usize| {
        // Acquire: the answer of a thread that was given up is complete.
        let phase = SLOT[*index].state.load(Ordering::Acquire) & 3;
        *used & 1 << index == 0 && matches!(phase, FREE | ANSWERED)
    };
    let index = (0..SLOTS).find(free).ok_or(Refusal::Full)?;
    let state = &SLOT[index].state;
    // Relaxed, both: the caller's lock orders questions, and the signal comes behind them.
    let asked = (state.load(Ordering::Relaxed) & !3).wrapping_add(4) | ASKED;
    state.store(asked, Ordering::Release);
    if send(signal, thread, (index as u64) << 32 | u64::from(asked)) == 0 {
        *used |= 1 << index;
        return Ok(Asked { index, asked });
    }
    state.store(asked & !3, Ordering::Relaxed); // it has reached nobody
    match io::Error::last_os_error().raw_os_error() {
        Some(libc::ESRCH) => Err(Refusal::Gone),
        _ => Err(Refusal::Refused),
    }
}

/// Sends the signal with a token; 0 if it was sent.
fn send(signal: c_int, thread: libc::pid_t, token: u64) -> libc::c_long {
    let process = own_process();
    PROCESS.store(process, Ordering::Relaxed); // Relaxed: as in `answer`
    let question = Question {
        signal,
        error: 0,
        code: libc::SI_QUEUE,
        _gap: 0,
        process,
        user: 0,
        token,
        _rest: [0; 12],
    };
    // SAFETY: the kernel reads `question`, which is a whole `siginfo_t`. The signal has a handler, which its caller put
    // there, so what it does is what `answer` does.
    unsafe {
        libc::syscall(libc::SYS_rt_tgsigqueueinfo, process, thread, signal, &raw const question)
    }
}

fn own_process() -> libc::pid_t {
    std::process::id().try_into().expect("ids of processes are positive")
}

/// Whether the process has such a thread.
pub(super) fn is_there(thread: libc::pid_t) -> bool {
    let process = own_process();
    // SAFETY: no signal is sent, and no memory touched.
    unsafe { libc::syscall(libc::SYS_tgkill, process, thread, 0) == 0 }
}

impl Asked {
    /// Waits until the thread has answered, or `timeout` is over. What is found in the slot is read by `read`.
    pub(super) fn answer<R>(
        &self,
        timeout: Duration,
        read: impl FnOnce(&Registers, &[u8]) -> R,
    ) -> Option<R> {
        let Slot { state, answer } = &SLOT[self.index];
        // Acquire: paired with the Release in `answer`, as below.
        let now = state.load(Ordering::Acquire);
        if now & 3 != ANSWERED && !timeout.is_zero() {
            wait(state, now, timeout);
        }
        if state.load(Ordering::Acquire) & 3 != ANSWERED {
            return None;
        }
        // SAFETY: the thread has set ANSWERED and writes no more; nobody asks anew while `self` is there.
        let answer = unsafe { &*answer.get() };
        let read = read(&answer.registers, &answer.stack[..answer.len]);
        state.store(self.asked & !3, Ordering::Relaxed); // under the caller's lock
        Some(read)
    }

    /// Nobody waits for the answer any more.
    pub(super) fn give_up(self) {
        let Slot { state, .. } = &SLOT[self.index];
        let free = self.asked & !3;
        // Relaxed: where it fails the thread is at its answer, and the slot is free again when it is done.
        let _ = state.compare_exchange(self.asked, free, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// In a fork's child: nobody is at an answer who could finish it.
pub(super) fn forget_all() {
    for slot in &SLOT {
        // Relaxed: the child has one thread. The number goes on, lest a signal that is on its way find its own.
        let number = slot.state.load(Ordering::Relaxed) & !3;
        slot.state.store(number, Ordering::Relaxed);
    }
}

/// Has `answer` called at this signal, if the program does nothing with it; false if it does, or the signal cannot be sent.
pub(super) fn claim(signal: c_int) -> bool {
    let Some(before) = disposition(signal) else { return false };
    if before.sa_sigaction == answer as *const () as usize {
        return true;
    }
    if before.sa_sigaction != libc::SIG_DFL {
        return false;
    }
    let mut action = before;
    action.sa_sigaction = answer as *const () as usize;
    // On the thread's alternate stack, where it has one: a stack that overflows can be looked at, too.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
    // SAFETY: `action` is initialised, being a copy of what the system gave.
    unsafe { libc::sigemptyset(&raw mut action.sa_mask) };
    // SAFETY: `answer` is such a handler as `SA_SIGINFO` asks for, and calls nothing that a handler may not call.
    if unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) != 0 } {
        return false;
    }
    // An emulator may know numbers that it cannot send. What asks nothing is left alone; it comes at once, as a signal that
    // is kept back might come to who waits for one. What else is wrong, such as a filter, is wrong with each number.
    // SAFETY: the call has no arguments.
    let this = unsafe { libc::gettid() };
    let can_be_sent = unblocked(signal, || {
        send(signal, this, NO_QUESTION) == 0
            || io::Error::last_os_error().raw_os_error() != Some(libc::EINVAL)
    });
    if !can_be_sent {
        // SAFETY: `before` is what the system gave.
        unsafe { libc::sigaction(signal, &raw const before, ptr::null_mut()) };
    }
    can_be_sent
}

/// Whether `answer` is still who is called at this signal.
pub(super) fn is_ours(signal: c_int) -> bool {
    disposition(signal).is_some_and(|action| action.sa_sigaction == answer as *const () as usize)
}

/// What happens at this signal; `None` for a number that is none.
fn disposition(signal: c_int) -> Option<libc::sigaction> {
    // SAFETY: integers, and an optional function in the form of a pointer: all zeros are a value of each.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: `action` is a place for the answer; nothing is changed.
    let known = unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) == 0 };
    known.then_some(action)
}

/// Lets the signal through on the current thread while `f` runs, which asks that thread, too.
pub(super) fn unblocked<R>(signal: c_int, f: impl FnOnce() -> R) -> R {
    /// Puts the mask back, however `f` ends.
    struct Before(libc::sigset_t);

    impl Drop for Before {
        fn drop(&mut self) {
            // SAFETY: the mask is the one that the system gave.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.0, ptr::null_mut()) };
        }
    }

    // SAFETY: a set of bits; all zeros are a value of it.
    let mut this: libc::sigset_t = unsafe { mem::zeroed() };
    // SAFETY: `this` is a set; a number that is no signal is an error, and changes nothing.
    unsafe { libc::sigaddset(&raw mut this, signal) };
    let mut before = Before(this);
    // SAFETY: both are sets.
    unsafe { libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const this, &raw mut before.0) };
    let result = f();
    drop(before);
    result
}
