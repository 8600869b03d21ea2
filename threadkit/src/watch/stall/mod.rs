//! Stalls: threads that say nothing for too long, and the watchdog that notices.
//!
//! A thread says that it goes on by counting up a number of its own. The watchdog, one thread for all, looks at it four
//! times in the thread's limit and sleeps in between; it exists from the first thread with a limit on. What a thread waits
//! for as far as this crate knows is no stall; that it waited between two looks is told by the same number.

mod hook;

use std::io;
use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::base::clock;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, Ordering};
use crate::base::primitive::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::class::receiver::ByValue;
use crate::class::{Options, StallLimit, ThreadClass};
use crate::core::graph;
use crate::core::observe::{self, Moment};
use crate::core::record::Record;
use crate::os;
use crate::start::builder::Builder;
use crate::thread::Thread;
use crate::thread::current;
use crate::thread::fork::{self, Held};
use crate::thread::kept;

pub use hook::{Stall, StallHookArgs, default_stallhook, set_stallhook, take_stallhook};

/// Says that the current thread goes on, to who watches it: see
/// [`with_stall_after`](crate::Builder::with_stall_after). On a thread that nobody watches it does nothing.
///
/// It counts up a number of the thread's own, with no clock, no lock and no system call: some ten instructions, fit for
/// the innermost loop.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use threadkit::{Builder, Target};
///
/// # fn main() -> std::io::Result<()> {
/// let sum = Target::new(|| {
///     let mut sum = 0;
///     for number in 0..1000 {
///         threadkit::progress();
///         sum += number;
///     }
///     sum
/// });
/// let thread = Builder::new(sum).with_stall_after(Duration::from_secs(30)).start()?;
/// assert_eq!(thread.value().unwrap(), 499_500);
/// # Ok(())
/// # }
/// ```
#[inline]
#[doc(alias("heartbeat", "watchdog"))]
pub fn progress() {
    current::if_existing(|thread| thread.record().count_progress());
}

impl<C> Builder<C> {
    /// Has the thread reported if it says nothing for so long: once, with its row of the dump and its stack (feature
    /// `stacks`), and once more when it goes on. It says something by [`progress`](crate::progress), and by each wait that
    /// this crate knows: a join, an event, a sleep, a stop. Those are no stall, however long they last. Without this and
    /// the class's option `stall_after`, nobody looks.
    ///
    /// [`set_stallhook`](crate::set_stallhook) sets who is told; by default it is stderr. A daemon thread, `Watchdog`, looks
    /// after all such threads, four times in the limit of each, so a stall is reported when it has lasted between once and
    /// one and a quarter times as long. A process that was stopped, or a thread that had no processor, has not stalled; that
    /// is reported as what it is. A fork's child has no watchdog until it starts a thread with a limit itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use std::time::Duration;
    /// use threadkit::{Builder, Stall, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let (say, told) = mpsc::channel();
    /// threadkit::set_stallhook(move |args| {
    ///     if let Stall::Silent { .. } | Stall::Ended { .. } = args.stall {
    ///         let _ = say.send(format!("{} {}", args.thread.name(), args.stall));
    ///     }
    /// });
    /// let (go, gate) = mpsc::channel::<()>();
    /// let feed = Builder::new(Target::new(move || gate.recv())).with_name("feed");
    /// let feed = feed.with_stall_after(Duration::from_millis(20)).start()?;
    /// assert!(told.recv().unwrap().starts_with("feed has made no progress for "));
    /// drop(go);
    /// assert!(told.recv().unwrap().starts_with("feed ended after "));
    /// # drop(threadkit::take_stallhook());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_stall_after(mut self, limit: Duration) -> Self {
        self.settings.stall = Some(StallLimit { limit, watch });
        self
    }
}

impl<C> Options<C> {
    /// `stall_after = ".."`.
    #[must_use]
    pub const fn stall_after(mut self, limit: Duration) -> Self {
        self.defaults.stall = Some(StallLimit { limit, watch });
        self
    }
}

/// A limit below this is this: the watchdog's looks are to be rare.
const SHORTEST: Duration = Duration::from_millis(4);

global! {
    /// Std's lock, since a fork waits for it.
    static WATCH: Mutex<Watch> = Mutex::new(Watch { threads: Vec::new(), runs: false });

    /// With the lock: there is another thread to watch.
    static CHANGED: Condvar = Condvar::new();
}

struct Watch {
    threads: Vec<Watched>,
    /// The watchdog has been started.
    runs: bool,
}

struct Watched {
    thread: Arc<Record>,
    limit: Duration,
    next_look: Instant,
    /// What the thread's number was at the last look.
    seen: u64,
    /// Since when it has been that; later by as long as nobody was to blame.
    since: Instant,
    /// What the thread had used by then.
    used: Used,
    /// It has begun by the last look.
    seen_begun: bool,
    /// Its silence has been reported, which began then.
    reported: Option<Instant>,
}

/// What the system says of a thread's time.
#[derive(Clone, Copy)]
struct Used {
    cpu: Option<Duration>,
    /// Ready to run, without a processor.
    delay: Duration,
}

impl Used {
    /// Before the thread has begun.
    const NOTHING: Self = Self { cpu: Some(Duration::ZERO), delay: Duration::ZERO };

    fn by(thread: &Record) -> Self {
        let Some(id) = thread.native_id() else { return Self::NOTHING };
        Self { cpu: kept::cpu_time(id), delay: os::thread::run_delay(id).unwrap_or_default() }
    }
}

/// Watches a thread that is about to be started, from then on.
fn watch(thread: &Arc<Record>, limit: Duration) -> io::Result<()> {
    let limit = limit.max(SHORTEST);
    let now = clock::system_now();
    if now.checked_add(limit).is_none() {
        return Ok(()); // no silence is that long
    }
    prepare();
    let seen = thread.progress();
    let watched = Watched {
        thread: thread.clone(),
        limit,
        next_look: now + limit / 4,
        seen,
        since: now,
        used: Used::NOTHING,
        seen_begun: false,
        reported: None,
    };
    let mut watch = lock();
    watch.threads.push(watched);
    let runs = mem::replace(&mut watch.runs, true);
    drop(watch);
    CHANGED.notify_one();
    if runs {
        return Ok(());
    }
    Builder::new(Watchdog).apart().start().map(drop).inspect_err(|_| lock().runs = false)
}

fn prepare() {
    global! {
        static DONE: AtomicBool = AtomicBool::new(false);
    }
    // Acquire, paired with the Release in `fork::once`. Two threads may come behind this at once, and then each wait counts
    // twice, which is as good as once.
    if !DONE.load(Ordering::Acquire) {
        observe::add(Moment::Waited.alone(), |thread, _| thread.count_progress());
        fork::once(&DONE, |holds| {
            holds.push(|| Box::new(Forked(lock())));
            holds.push(|| Box::new(hook::lock()));
        });
    }
}

fn lock() -> MutexGuard<'static, Watch> {
    primitive::lock(&WATCH)
}

struct Forked(MutexGuard<'static, Watch>);

impl Held for Forked {
    /// The watchdog stayed in the parent, and those whom it watches.
    fn in_child(&mut self) {
        // What is lost is not dropped: its locks may be held for ever.
        mem::forget(mem::take(&mut self.0.threads));
        self.0.runs = false;
    }
}

/// The thread that looks.
struct Watchdog;

impl Watchdog {
    fn run() {
        let mut delayed = own_delay();
        loop {
            let stalls = next_look(&mut delayed);
            for (thread, stall) in stalls {
                hook::report(&Thread::erased(thread), &stall);
            }
        }
    }
}

#[diagnostic::do_not_recommend]
impl ThreadClass for Watchdog {
    type Output = ();
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Watchdog").daemon(true).inherit(false);

    fn __run(_: Self) {
        Self::run();
    }
}

fn own_delay() -> Duration {
    os::thread::run_delay(os::thread::native_id()).unwrap_or_default()
}

/// Sleeps until somebody is to be looked at, and says what is to be told.
fn next_look(delayed: &mut Duration) -> Vec<(Arc<Record>, Stall)> {
    let mut watch = lock();
    let due = watch.threads.iter().map(|watched| watched.next_look).min();
    let now = clock::system_now();
    watch = match due {
        None => CHANGED.wait(watch).unwrap_or_else(PoisonError::into_inner),
        Some(due) if now < due => {
            CHANGED.wait_timeout(watch, due - now).unwrap_or_else(PoisonError::into_inner).0
        }
        Some(_) => watch,
    };
    let now = clock::system_now();
    // Later than asked for: the process was stopped, or this thread, and others with it, had no processor.
    let late = due.map_or(Duration::ZERO, |due| now.saturating_duration_since(due));
    let own_delay = own_delay();
    let starved = own_delay.saturating_sub(mem::replace(delayed, own_delay)) > late / 2;
    let mut stalls = Vec::new();
    watch.threads.retain_mut(|watched| {
        let is_over = watched.thread.is_over();
        if is_over || watched.next_look <= now {
            let stall = watched.look(now, late, starved, is_over);
            stalls.extend(stall.map(|stall| (watched.thread.clone(), stall)));
        }
        !is_over
    });
    stalls
}

impl Watched {
    fn look(
        &mut self,
        now: Instant,
        late: Duration,
        starved: bool,
        is_over: bool,
    ) -> Option<Stall> {
        let interval = self.limit / 4;
        self.next_look = now + interval;
        let begun = self.reported.unwrap_or(self.since);
        if is_over {
            return self.reported.map(|_| Stall::Ended { after: now - begun });
        }
        self.begin();
        let count = self.thread.progress();
        let waits = graph::wait_of(&graph::lock(), &self.thread).is_some();
        if count != self.seen || waits || self.thread.native_id().is_none() {
            self.seen = count;
            self.since = now;
            self.used = Used::by(&self.thread);
            return self.reported.take().map(|_| Stall::WentOn { after: now - begun });
        }
        if self.reported.is_some() {
            return None;
        }
        let used = Used::by(&self.thread);
        let lasted = used.delay.saturating_sub(self.used.delay);
        let silent = now - self.since;
        if silent < self.limit {
            return None;
        }
        if late > interval {
            self.excuse(late, used);
            return Some(if starved {
                Stall::Starved { lasted: late }
            } else {
                Stall::Stopped { lasted: late }
            });
        }
        if silent.saturating_sub(lasted) < self.limit {
            self.excuse(lasted, used);
            return Some(Stall::Starved { lasted });
        }
        self.reported = Some(self.since);
        let cpu_time = used.cpu.zip(self.used.cpu).map(|(now, then)| now.saturating_sub(then));
        Some(Stall::Silent { silent, cpu_time })
    }

    /// A kept thread has waited for processors before its present object; how long, is known from the first look on.
    fn begin(&mut self) {
        let Some(id) = self.thread.native_id().filter(|_| !self.seen_begun) else { return };
        self.seen_begun = true;
        if kept::keeps(id) {
            self.used.delay = Used::by(&self.thread).delay;
        }
    }

    /// For so long nobody was to blame.
    fn excuse(&mut self, lasted: Duration, used: Used) {
        self.since += lasted;
        self.used.delay = used.delay;
    }
}
