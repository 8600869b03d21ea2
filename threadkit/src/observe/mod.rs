//! Who is told of the life of threads. Where nobody listens, a moment costs one relaxed load.

mod hooks;

use std::sync::Arc;

use crate::excepthook;
use crate::locks;
use crate::primitive::global;
use crate::primitive::sync::atomic::{AtomicU8, Ordering};
use crate::primitive::sync::{Mutex, MutexGuard};
use crate::quiet;
use crate::thread::record::Record;

pub use hooks::{on_exit, on_start};

/// What happens in the life of a thread; told on that thread.
#[derive(Clone, Copy)]
pub(crate) enum Moment {
    /// `run` is next.
    Begins,
    /// `run` is over, its failure reported; no thread-local is destroyed yet.
    Exits,
}

/// A set of moments.
pub(crate) type Moments = u8;

impl Moment {
    /// The moment as a set of one.
    pub(crate) const fn alone(self) -> Moments {
        1 << self as u8
    }
}

/// Listens to some of the moments, of all threads.
pub(crate) struct Observer {
    moments: Moments,
    listen: Box<Listen>,
}

type Listen = dyn Fn(&Record, Moment) + Send + Sync;

type Observers = Option<Arc<[Arc<Observer>]>>;

global! {
    /// In the order in which they came. Std's lock, since a fork waits for it.
    static OBSERVERS: Mutex<Observers> = Mutex::new(None);

    /// What any of them listens to; written under the lock.
    static MOMENTS: AtomicU8 = AtomicU8::new(0);
}

pub(crate) type ObserversGuard = MutexGuard<'static, Observers>;

pub(crate) fn lock() -> ObserversGuard {
    locks::lock(&OBSERVERS)
}

/// Has `listen` called at each of the `moments` from now on.
pub(crate) fn add(
    moments: Moments,
    listen: impl Fn(&Record, Moment) + Send + Sync + 'static,
) -> Arc<Observer> {
    let observer = Arc::new(Observer { moments, listen: Box::new(listen) });
    change(|observers| observers.push(observer.clone()));
    observer
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
pub(crate) fn tell(thread: &Record, moment: Moment) {
    // Relaxed: who adds an observer before he starts a thread has the start in between, which orders
    // this load behind his store; the observers themselves are read under the lock.
    if MOMENTS.load(Ordering::Relaxed) & moment.alone() != 0 {
        tell_observers(thread, moment);
    }
}

#[cold]
fn tell_observers(thread: &Record, moment: Moment) {
    let observers = lock().clone().unwrap_or_default();
    let listening = observers.iter().filter(|observer| observer.moments & moment.alone() != 0);
    let tell = |observer: &Arc<Observer>| call(|| (observer.listen)(thread, moment));
    match moment {
        // As destructors do: who came last leaves first.
        Moment::Exits => listening.rev().for_each(tell),
        Moment::Begins => listening.for_each(tell),
    }
}

/// Calls what may be the user's; a panic is reported, and ends nothing else.
fn call(listen: impl FnOnce()) {
    if let Err(payload) = quiet::caught(listen) {
        excepthook::guest_panicked(payload);
    }
}
