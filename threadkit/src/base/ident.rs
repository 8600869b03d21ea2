//! [`ThreadId`]: what tells one thread from all others.

use std::fmt;
use std::num::{NonZeroU64, NonZeroUsize};

use crate::base::primitive::sync::atomic::{AtomicU64, Ordering};
use crate::base::primitive::{global, thread_local};

/// Identifies a thread for the life of the process; never given twice.
///
/// It is given when the thread is started, is kept after its end, and orders
/// threads by their start. It corresponds to Python's [`Thread.ident`], but is
/// not recycled. The kernel's id is another number: see
/// [`Thread::native_id`](crate::Thread::native_id).
///
/// # Examples
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// use std::collections::HashMap;
///
/// let thread = threadkit::spawn(|| threadkit::get_ident());
/// let mut jobs = HashMap::new();
/// jobs.insert(thread.ident(), "the job");
/// assert_eq!(jobs[&thread.value().unwrap()], "the job");
/// # Ok(())
/// # }
/// ```
///
/// [`Thread.ident`]: https://docs.python.org/3/library/threading.html#threading.Thread.ident
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(NonZeroU64);

global! {
    static NEXT: AtomicU64 = AtomicU64::new(1);

    /// The first id that this process gave; in a fork's child, those before it are the parent's.
    static FIRST: AtomicU64 = AtomicU64::new(1);
}

/// Which of the threads that run now a thread is.
pub(crate) type Runner = NonZeroUsize;

thread_local! {
    static PLACE: u8 = const { 0 };
}

/// Which thread this is: no two that run have the place of a thread-local in common. It never panics, while std's own
/// `current` does where a thread's handle is destroyed, as it is in some systems' handlers of the exit.
pub(crate) fn runner() -> Runner {
    let place = PLACE.try_with(|place| NonZeroUsize::new(std::ptr::from_ref(place).addr()));
    place.ok().flatten().unwrap_or(NonZeroUsize::MIN)
}

/// A number that is another one on the two sides of a fork.
pub(crate) fn forks() -> u64 {
    FIRST.load(Ordering::Relaxed) // Relaxed: as in `ThreadId::after_fork`
}

impl ThreadId {
    /// In a fork's child: the ids so far are the parent's.
    pub(crate) fn after_fork() {
        // Relaxed: the child has one thread, and those that it starts see what it wrote before.
        FIRST.store(NEXT.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Whether it is of a thread that came with a fork.
    pub(crate) fn is_inherited(self) -> bool {
        self.0.get() < FIRST.load(Ordering::Relaxed) // Relaxed: as in `after_fork`
    }

    pub(crate) fn next() -> Self {
        // Relaxed: only the atomicity of the counter matters, nothing is published by it.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(NonZeroU64::new(number).expect("2^64 threads were not started"))
    }

    /// The id as a number, for logs and foreign interfaces.
    #[must_use]
    pub fn as_u64(self) -> NonZeroU64 {
        self.0
    }
}

impl fmt::Display for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ThreadId({})", self.0)
    }
}
