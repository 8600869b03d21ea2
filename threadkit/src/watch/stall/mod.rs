//! Stalls: threads that say nothing for too long, and the watchdog that notices.
//!
//! A thread says that it goes on by counting up a number of its own. The watchdog, one thread for all, looks at it four
//! times in the thread's limit and sleeps in between; it exists from the first thread with a limit on. What a thread waits
//! for as far as this crate knows is no stall; that it waited between two looks is told by the same number.

mod hook;
mod silence;

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
use crate::core::observe::{self, Audience, Moment};
use crate::core::record::Record;
use crate::os;
use crate::start::builder::Builder;
use crate::thread::current;
use crate::thread::erased;
use crate::thread::fork::{self, Held};
use crate::thread::kept;

use self::silence::{Late, Sight, Silence, Used};

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
#[doc(alias("heartbeat", "watchdog", "liveness", "health"))]
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
    #[rustfmt::skip]
    pub fn with_stall_after(mut self, limit: Duration) -> Self { // such as `Duration::from_secs(5)`
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
    /// Std's lock, since a fork waits for it. Nothing is looked at under it: that takes other locks.
    static WATCH: Mutex<Watch> = Mutex::new(Watch { arrived: Vec::new(), runs: false });

    /// With the lock: there is another thread to watch.
    static CHANGED: Condvar = Condvar::new();
}

struct Watch {
    /// Those whom the watchdog has not taken over yet.
    arrived: Vec<Watched>,
    /// The watchdog has been started.
    runs: bool,
}

struct Watched {
    thread: Arc<Record>,
    audience: Audience,
    interval: Duration,
    next_look: Instant,
    /// It had begun by the last look.
    begun: bool,
    silence: Silence,
}

/// Watches a thread that is about to be started, from then on.
fn watch(thread: &Arc<Record>, limit: Duration) -> io::Result<()> {
    let limit = limit.max(SHORTEST);
    let now = clock::system_now();
    if now.checked_add(limit).is_none() {
        return Ok(()); // no silence is that long
    }
    prepare();
    let interval = limit / 4;
    let watched = Watched {
        thread: thread.clone(),
        audience: Audience::current(),
        interval,
        next_look: now + interval,
        begun: false,
        silence: Silence::new(limit, now, thread.progress()),
    };
    let mut watch = lock();
    watch.arrived.push(watched);
    let runs = mem::replace(&mut watch.runs, true);
    drop(watch);
    CHANGED.notify_one();
    if runs {
        return Ok(());
    }
    // Whoever comes first does not have it in a span of his own, which would be open for ever.
    let start = || Builder::new(Watchdog).apart().start().map(drop);
    observe::apart(start).inspect_err(|_| lock().runs = false)
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
        mem::forget(mem::take(&mut self.0.arrived));
        self.0.runs = false;
    }
}

/// The thread that looks.
struct Watchdog;

#[diagnostic::do_not_recommend]
impl ThreadClass for Watchdog {
    type Output = ();
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Watchdog").daemon(true).inherit(false);

    fn __run(_: Self) {
        let mut threads = Vec::<Watched>::new();
        let mut delay = own_delay();
        loop {
            let late = wait(&mut threads, &mut delay);
            let now = clock::system_now();
            if let Some(late) = late {
                for watched in &mut threads {
                    watched.silence.excuse(late);
                }
            }
            threads.retain_mut(|watched| {
                let is_over = watched.thread.is_over();
                if is_over || watched.next_look <= now {
                    watched.look(now, is_over);
                }
                !is_over
            });
        }
    }
}

/// Sleeps until somebody is to be looked at, or has come, and says by how much that was too long.
fn wait(threads: &mut Vec<Watched>, delay: &mut Duration) -> Option<Late> {
    let mut watch = lock();
    threads.append(&mut watch.arrived);
    let due = threads.iter().map(|watched| watched.next_look).min();
    let begun = clock::system_now();
    // What it was late with before, such as with a hook that took its time, is nobody's lateness.
    let due = due.map(|due| due.max(begun));
    let watch = match due {
        None => CHANGED.wait(watch).unwrap_or_else(PoisonError::into_inner),
        Some(due) => {
            CHANGED.wait_timeout(watch, due - begun).unwrap_or_else(PoisonError::into_inner).0
        }
    };
    drop(watch);
    // Ready to run, this thread had no processor; others may have had none, too. Else the process was stopped.
    let known = mem::replace(delay, own_delay());
    let starved = delay.saturating_sub(known);
    let late = clock::system_now().saturating_duration_since(due?);
    let why = if starved > late / 2 { Late::Starved } else { Late::Stopped };
    (late > PUNCTUAL).then(|| why(late))
}

/// A timer may be as late as this on a machine that has little else to do.
const PUNCTUAL: Duration = Duration::from_millis(10);

fn own_delay() -> Duration {
    os::thread::run_delay(os::thread::native_id()).unwrap_or_default()
}

impl Watched {
    /// Looks at the thread, and tells what is to be told.
    fn look(&mut self, now: Instant, is_over: bool) {
        self.next_look = now + self.interval;
        let stall = if is_over {
            self.silence.over(now)
        } else {
            let waits = graph::wait_of(&graph::lock(), &self.thread).is_some();
            let id = self.thread.native_id();
            let used = id.map(|id| Used {
                cpu: kept::cpu_time(id),
                delay: os::thread::run_delay(id).unwrap_or_default(),
            });
            let (used, count) = (used.unwrap_or(Used::NOTHING), self.thread.progress());
            // A kept thread has waited for processors before its present object; how long, is known from the first look on.
            if id.is_some_and(|id| !mem::replace(&mut self.begun, true) && kept::keeps(id)) {
                self.silence.begin_with(used.delay);
            }
            self.silence.look(Sight { now, count, waits: waits || id.is_none(), used })
        };
        if let Some(stall) = stall {
            hook::report(&erased(self.thread.clone()), &stall, &self.audience);
        }
    }
}
