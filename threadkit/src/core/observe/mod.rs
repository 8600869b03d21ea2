//! Who is told of the life of threads: hooks, the crates that log, and timelines.
//!
//! Where nobody listens, a moment costs one relaxed load, and one for each of the features `log` and
//! `tracing`; each stands beside a system call.

#[cfg(feature = "tracing")]
mod tracing;

use std::fmt;
use std::sync::Arc;

use crate::base::guest;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicU8, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::core::exception::Exception;
use crate::core::record::Record;

/// What happens in the life of a thread; told on that thread, but for its start.
#[derive(Clone, Copy)]
pub(crate) enum Moment<'a> {
    /// It is started, and the system not asked for it yet; on its starter.
    Starts,
    /// `run` is next.
    Begins,
    /// `run` failed, or the destructor of a thread-local did.
    #[cfg_attr(
        not(any(feature = "log", feature = "timeline", feature = "tracing")),
        expect(dead_code)
    )]
    Fails(&'a Exception),
    /// The thread waits: the graph of joins tells for what.
    Waits,
    Waited,
    /// `run` is over, its failure reported; no thread-local is destroyed yet.
    Exits,
    /// All destructors have run; in the last of them, with the thread-locals out of reach.
    Over,
    /// A tool of this crate has something to say that nobody should miss, such as that it restarts a thread.
    #[cfg_attr(
        not(any(feature = "log", feature = "timeline", feature = "tracing")),
        expect(dead_code)
    )]
    Says(&'a dyn fmt::Display),
}

/// A set of moments.
pub(crate) type Moments = u8;

impl Moment<'_> {
    /// The moment as a set of one.
    pub(crate) const fn alone(&self) -> Moments {
        match self {
            Self::Starts => 1,
            Self::Begins => 1 << 1,
            Self::Fails(_) => 1 << 2,
            Self::Waits => 1 << 3,
            Self::Waited => 1 << 4,
            Self::Exits => 1 << 5,
            Self::Over => 1 << 6,
            Self::Says(_) => 1 << 7,
        }
    }
}

/// What records, spans and events bear as their target.
#[cfg(any(feature = "log", feature = "tracing"))]
const TARGET: &str = "threadkit";

/// Those who look by themselves whether anybody listens, and are there from the beginning.
const BUILT_IN: &[fn(&Record, Moment<'_>)] = &[
    #[cfg(feature = "log")]
    log::tell,
    #[cfg(feature = "tracing")]
    tracing::tell,
];

/// Listens to some of the moments, of all threads.
pub(crate) struct Observer {
    moments: Moments,
    listen: Box<Listen>,
}

type Listen = dyn Fn(&Record, Moment<'_>) + Send + Sync;

type Observers = Option<Arc<[Arc<Observer>]>>;

global! {
    /// In the order in which they came. Std's lock, since a fork waits for it.
    static OBSERVERS: Mutex<Observers> = Mutex::new(None);

    /// What any of them listens to; written under the lock.
    static MOMENTS: AtomicU8 = AtomicU8::new(0);
}

pub(crate) type ObserversGuard = MutexGuard<'static, Observers>;

pub(crate) fn lock() -> ObserversGuard {
    primitive::lock(&OBSERVERS)
}

/// Has `listen` called at each of the `moments` from now on.
pub(crate) fn add(
    moments: Moments,
    listen: impl Fn(&Record, Moment<'_>) + Send + Sync + 'static,
) -> Arc<Observer> {
    let observer = Arc::new(Observer { moments, listen: Box::new(listen) });
    change(|observers| observers.push(observer.clone()));
    observer
}

/// Takes an observer out. One that is being called may be called this once more.
pub(crate) fn remove(observer: &Arc<Observer>) {
    change(|observers| observers.retain(|other| !Arc::ptr_eq(other, observer)));
}

fn change(change: impl FnOnce(&mut Vec<Arc<Observer>>)) {
    let mut lock = lock();
    let mut observers = lock.as_deref().map(<[_]>::to_vec).unwrap_or_default();
    change(&mut observers);
    let moments = observers.iter().fold(0, |moments, observer| moments | observer.moments);
    // Relaxed: see `tell`.
    MOMENTS.store(moments, Ordering::Relaxed);
    let previous = lock.replace(observers.into());
    drop(lock);
    // Outside of the lock: what a hook captures is the user's.
    drop(previous);
}

/// Tells who listens.
#[inline]
pub(crate) fn tell(thread: &Record, moment: Moment<'_>) {
    for built_in in BUILT_IN {
        guest::call(|| built_in(thread, moment));
    }
    // Relaxed: who adds an observer before he starts a thread has the start in between, which orders
    // this load behind his store; the observers themselves are read under the lock.
    if MOMENTS.load(Ordering::Relaxed) & moment.alone() != 0 {
        tell_observers(thread, moment);
    }
}

#[cold]
fn tell_observers(thread: &Record, moment: Moment<'_>) {
    let observers = lock().clone().unwrap_or_default();
    let listening = observers.iter().filter(|observer| observer.moments & moment.alone() != 0);
    let tell = |observer: &Arc<Observer>| guest::call(|| (observer.listen)(thread, moment));
    match moment {
        // As destructors do: who came last leaves first.
        Moment::Exits => listening.rev().for_each(tell),
        _ => listening.for_each(tell),
    }
}

/// The feature `log`: records at the level `debug` when a thread begins and leaves, `error` when it fails; `warn` for
/// what a supervisor does.
#[cfg(feature = "log")]
mod log {
    use log::{debug, error, warn};

    use super::{Moment, TARGET};
    use crate::core::exception::Exception;
    use crate::core::record::Record;

    pub(super) fn tell(thread: &Record, moment: Moment<'_>) {
        let class = thread.class_name();
        match moment {
            Moment::Begins => {
                debug!(target: TARGET, "thread '{}' ({class}) has begun", thread.name());
            }
            Moment::Fails(exception) => fails(exception),
            Moment::Exits => debug!(target: TARGET, "thread '{}' ({class}) leaves", thread.name()),
            Moment::Says(what) => {
                warn!(target: TARGET, "thread '{}' ({class}) {what}", thread.name());
            }
            Moment::Starts | Moment::Waits | Moment::Waited | Moment::Over => {}
        }
    }

    fn fails(exception: &Exception) {
        let sources = || exception.sources().iter().map(|source| format!("; caused by: {source}"));
        error!(target: TARGET, "{exception}{}", sources().collect::<String>());
    }
}

/// What a new thread takes along from its starter.
pub(crate) struct Context {
    #[cfg(feature = "tracing")]
    followed: Option<Box<tracing::Followed>>,
}

impl Context {
    /// Called by the starter of `thread`.
    pub(crate) fn for_start_of(thread: &Record) -> Self {
        let _ = thread;
        Self {
            #[cfg(feature = "tracing")]
            followed: guest::call(|| tracing::Followed::by_start_of(thread)),
        }
    }

    /// Called by the thread: it is in the context until what this gives is dropped.
    #[cfg(feature = "tracing")]
    pub(crate) fn enter(mut self) -> impl Sized {
        tracing::Entered::new(self.followed.take())
    }

    #[cfg(not(feature = "tracing"))]
    pub(crate) fn enter(self) -> impl Sized {
        self
    }
}

/// Of a thread that the system refused; what is in here may be the user's.
#[cfg(feature = "tracing")]
impl Drop for Context {
    fn drop(&mut self) {
        guest::drop(self.followed.take());
    }
}

/// Who is told of a thread, kept to be told by another one: with the feature `tracing` a thread may have a subscriber of
/// its own.
pub(crate) struct Audience {
    #[cfg(feature = "tracing")]
    subscriber: tracing::Subscriber,
}

impl Audience {
    /// That of the current thread, and of those that it starts.
    pub(crate) fn current() -> Self {
        Self {
            #[cfg(feature = "tracing")]
            subscriber: tracing::Subscriber::current(),
        }
    }

    #[cfg_attr(
        not(feature = "tracing"),
        expect(clippy::unused_self, reason = "without `tracing` all threads have one audience")
    )]
    pub(crate) fn tell(&self, thread: &Record, moment: Moment<'_>) {
        #[cfg(feature = "tracing")]
        let _subscriber = self.subscriber.enter();
        tell(thread, moment);
    }
}

/// Calls `f`, which starts a thread for all: it follows nobody's span.
#[cfg(feature = "tracing")]
pub(crate) fn apart<R>(f: impl FnOnce() -> R) -> R {
    tracing::apart(f)
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn apart<R>(f: impl FnOnce() -> R) -> R {
    f()
}
