//! The system's view of a thread: its id, its name, its time, whether it is the main one.

use std::time::Duration;

/// The longest name that the system keeps, in bytes without the NUL.
const NAME_MAX: usize = if cfg!(any(target_os = "linux", target_os = "android")) {
    15
} else if cfg!(any(target_os = "freebsd", target_os = "dragonfly")) {
    19
} else if cfg!(any(target_os = "netbsd", target_os = "openbsd")) {
    31
} else if cfg!(windows) {
    // 32,767 units of UTF-16, and who has more than that cuts it itself.
    usize::MAX
} else {
    // That of macOS; elsewhere nobody looks.
    63
};

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn native_id() -> u64 {
    // SAFETY: `gettid` takes nothing, always succeeds, and touches no memory.
    let id = unsafe { libc::gettid() };
    u64::from(id.unsigned_abs())
}

#[cfg(target_vendor = "apple")]
pub(crate) fn native_id() -> u64 {
    let mut id = 0;
    // SAFETY: 0 stands for the current thread, and `id` is a place for the answer.
    unsafe { libc::pthread_threadid_np(0, &raw mut id) };
    id
}

#[cfg(windows)]
pub(crate) fn native_id() -> u64 {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        // It takes nothing, always succeeds, and touches no memory.
        safe fn GetCurrentThreadId() -> u32;
    }
    u64::from(GetCurrentThreadId())
}

#[cfg(any(target_os = "freebsd", target_os = "netbsd", target_os = "openbsd"))]
pub(crate) fn native_id() -> u64 {
    #[cfg(target_os = "freebsd")]
    // SAFETY: it takes nothing, always succeeds, and touches no memory.
    let id = unsafe { libc::pthread_getthreadid_np() };
    #[cfg(target_os = "netbsd")]
    // SAFETY: as for FreeBSD.
    let id = unsafe { libc::_lwp_self() };
    #[cfg(target_os = "openbsd")]
    // SAFETY: as for FreeBSD.
    let id = unsafe { libc::getthrid() };
    u64::from(id.unsigned_abs())
}

/// Elsewhere the place of a thread-local stands in, which no other thread that is alive has. Nothing of
/// this crate could: the id is asked for while the thread's record is made.
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_vendor = "apple",
    windows
)))]
pub(crate) fn native_id() -> u64 {
    thread_local! {
        static PLACE: u8 = const { 0 };
    }
    PLACE.with(|place| std::ptr::from_ref(place).addr() as u64)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn is_main() -> bool {
    u64::from(std::process::id()) == native_id()
}

#[cfg(target_vendor = "apple")]
pub(crate) fn is_main() -> bool {
    // SAFETY: takes nothing and touches no memory.
    unsafe { libc::pthread_main_np() != 0 }
}

/// Elsewhere by the name that std gives to the main thread, and to no other that is unnamed.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn is_main() -> bool {
    std::thread::current().name() == Some("main")
}

/// The time that the thread of this id, as [`native_id`] gave it, has spent on a processor.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn cpu_time(native_id: u64) -> Option<Duration> {
    // The kernel's own composition, which `pthread_getcpuclockid` makes of a thread that has to be
    // alive: the inverted id above three bits that say "of one thread, what the scheduler counted".
    time_of((!libc::clockid_t::try_from(native_id).ok()? << 3) | 0b110)
}

/// The time that the current thread has spent on a processor. The kernel need not look for the thread.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn own_cpu_time() -> Option<Duration> {
    time_of(libc::CLOCK_THREAD_CPUTIME_ID)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn time_of(clock: libc::clockid_t) -> Option<Duration> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a place for the answer. The kernel looks up what `clock` names among the
    // threads of this process; of one that is not there it is an error, and nothing is written.
    if unsafe { libc::clock_gettime(clock, &raw mut time) } != 0 {
        return None;
    }
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

/// Elsewhere nobody says it of any thread but the current one.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn cpu_time(_: u64) -> Option<Duration> {
    None
}

/// Here it could be had, but nobody compares it with anything.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn own_cpu_time() -> Option<Duration> {
    None
}

/// The time that the thread of this id has been ready to run, and had no processor.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn run_delay(native_id: u64) -> Option<Duration> {
    // Nanoseconds on a processor, nanoseconds that it waited for one, and how often it had one.
    let text = std::fs::read_to_string(format!("/proc/self/task/{native_id}/schedstat")).ok()?;
    text.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}

/// Elsewhere nobody says it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn run_delay(_: u64) -> Option<Duration> {
    None
}

/// Which signals a thread blocks.
#[derive(PartialEq, Eq)]
pub(crate) struct SignalMask([u8; size_of::<Signals>()]);

#[cfg(unix)]
type Signals = libc::sigset_t;

/// Elsewhere threads block none.
#[cfg(not(unix))]
type Signals = ();

impl SignalMask {
    /// That of the current thread.
    #[cfg(unix)]
    pub(crate) fn of_current() -> Self {
        let mut signals = std::mem::MaybeUninit::<Signals>::zeroed();
        // SAFETY: a null set changes nothing; `signals` is a place for the answer. It does not fail.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, std::ptr::null(), signals.as_mut_ptr()) };
        let mut mask = Self([0; size_of::<Signals>()]);
        // SAFETY: all bytes of it were initialised above, and are copied where they lie.
        mask.0.copy_from_slice(unsafe {
            std::slice::from_raw_parts(signals.as_ptr().cast(), size_of::<Signals>())
        });
        mask
    }

    /// The only one that there is.
    #[cfg(not(unix))]
    pub(crate) fn of_current() -> Self {
        Self([0; size_of::<Signals>()])
    }
}

/// Std has told the system the name of the current thread, and cut it at a byte: says it again where
/// that split a character.
pub(crate) fn mend_name(name: &str) {
    if name.len() > NAME_MAX && !name.is_char_boundary(NAME_MAX) {
        set_name(name);
    }
}

/// Tells the system the name of the current thread: without what is behind an inner NUL, and what
/// the system has no room for, cut at a char boundary.
pub(crate) fn set_name(name: &str) {
    let name = name.split('\0').next().unwrap_or_default();
    let end = (0..=NAME_MAX.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    tell_name(&name[..end.unwrap_or(0)]);
}

#[cfg(unix)]
fn tell_name(name: &str) {
    if let Ok(name) = std::ffi::CString::new(name) {
        tell(&name);
    }
}

#[cfg(all(windows, not(target_vendor = "win7")))]
fn tell_name(name: &str) {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        // It takes nothing, always succeeds, and touches no memory.
        safe fn GetCurrentThread() -> isize;
        fn SetThreadDescription(thread: isize, name: *const u16) -> i32;
    }
    let name: Vec<u16> = name.encode_utf16().chain([0]).collect();
    // SAFETY: what stands for the current thread needs no closing; `name` ends in a NUL and is read only during the
    // call. An error changes nothing.
    unsafe { SetThreadDescription(GetCurrentThread(), name.as_ptr()) };
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn tell(name: &std::ffi::CStr) {
    // SAFETY: `pthread_self` takes nothing and always succeeds.
    let current = unsafe { libc::pthread_self() };
    // SAFETY: `current` is the thread that runs, hence alive; `name` ends in a NUL and is read only
    // during the call. An error (a longer name than the system has room for) changes nothing.
    unsafe { libc::pthread_setname_np(current, name.as_ptr()) };
}

#[cfg(any(target_os = "freebsd", target_os = "dragonfly", target_os = "openbsd"))]
fn tell(name: &std::ffi::CStr) {
    // SAFETY: `pthread_self` takes nothing and always succeeds.
    let current = unsafe { libc::pthread_self() };
    // SAFETY: as on Linux.
    unsafe { libc::pthread_set_name_np(current, name.as_ptr()) };
}

#[cfg(target_os = "netbsd")]
fn tell(name: &std::ffi::CStr) {
    // SAFETY: `pthread_self` takes nothing and always succeeds.
    let current = unsafe { libc::pthread_self() };
    let name = name.as_ptr().cast_mut().cast();
    // SAFETY: as on Linux. The name is the one argument of the format.
    unsafe { libc::pthread_setname_np(current, c"%s".as_ptr(), name) };
}

#[cfg(target_vendor = "apple")]
fn tell(name: &std::ffi::CStr) {
    // SAFETY: `name` ends in a NUL and is read only during the call.
    unsafe { libc::pthread_setname_np(name.as_ptr()) };
}

/// Elsewhere the name that std gave at the start stays.
#[cfg(all(
    unix,
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "dragonfly",
        target_os = "netbsd",
        target_os = "openbsd",
        target_vendor = "apple"
    ))
))]
fn tell(_: &std::ffi::CStr) {}

#[cfg(not(any(unix, all(windows, not(target_vendor = "win7")))))]
fn tell_name(_: &str) {}
