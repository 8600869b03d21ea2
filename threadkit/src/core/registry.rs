//! The registry: all threads that are alive.

use std::sync::Arc;
use std::time::Duration;

use slab::Slab;

use crate::base::locks;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::core::record::Record;
use crate::thread::Thread;

global! {
    /// Std's lock and condition variable, since a fork waits for the lock.
    static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
        threads: Slab::new(),
        main: None,
        holding: 0,
        awaited: false,
        closed: false,
    });

    /// With the registry: no thread holds the process any longer.
    static RELEASED: Condvar = Condvar::new();
}

pub(crate) struct Registry {
    /// The main thread is not in here, as it may never be over.
    threads: Slab<Arc<Record>>,
    /// Made at the first use, on whichever thread.
    main: Option<Arc<Record>>,
    /// How many threads hold the process.
    holding: usize,
    /// The process has begun its final wait. Until then nobody is to be told that no thread holds it:
    /// that is a system call, and would be one at the end of every lone thread.
    awaited: bool,
    /// The process has done its final wait.
    closed: bool,
}

/// The process is over: it waits for no thread any longer.
pub(crate) struct Closed;

pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    locks::lock(&REGISTRY)
}

/// The threads that are alive, in the order of their start: the main thread, daemons, dummies, and
/// those that are being started. As Python's [`threading.enumerate`].
///
/// # Examples
///
/// ```
/// let thread = threadkit::spawn(|| threadkit::enumerate().len());
/// assert!(thread.value().unwrap() >= 2); // main and the thread itself
/// ```
///
/// [`threading.enumerate`]: https://docs.python.org/3/library/threading.html#threading.enumerate
#[must_use]
pub fn enumerate() -> Vec<Thread> {
    let mut registry = lock();
    let main = registry.main().clone();
    let mut threads = Vec::with_capacity(registry.threads.len() + 1);
    threads.extend(Some(main).filter(|main| !main.is_over()).map(Thread::erased_arc));
    threads.extend(registry.threads.iter().map(|(_, record)| Thread::erased_arc(record.clone())));
    drop(registry);
    threads.sort_unstable_by_key(Thread::ident);
    threads
}

/// How many threads are alive: the length of [`enumerate`], as Python's [`threading.active_count`].
///
/// # Examples
///
/// ```
/// assert!(threadkit::active_count() >= 1);
/// ```
///
/// [`threading.active_count`]: https://docs.python.org/3/library/threading.html#threading.active_count
#[must_use]
#[doc(alias = "activeCount")]
pub fn active_count() -> usize {
    let mut registry = lock();
    registry.threads.len() + usize::from(!registry.main().is_over())
}

/// The main thread, from whichever thread it is asked for; as Python's [`threading.main_thread`].
///
/// In a fork's child it is the thread that forked.
///
/// # Examples
///
/// ```
/// assert_eq!(threadkit::main_thread().class_name(), "MainThread");
/// ```
///
/// [`threading.main_thread`]: https://docs.python.org/3/library/threading.html#threading.main_thread
#[must_use]
pub fn main_thread() -> Thread {
    Thread::erased_arc(lock().main().clone())
}

pub(crate) fn add_dummy() -> Thread {
    let record = Arc::new(Record::dummy());
    lock().insert(&record);
    Thread::erased_arc(record)
}

/// Registers a thread that is about to be started.
pub(crate) fn add(record: &Arc<Record>) -> Result<(), Closed> {
    let mut registry = lock();
    let holds = record.holds_process();
    if holds && registry.closed {
        return Err(Closed);
    }
    registry.holding += usize::from(holds);
    registry.insert(record);
    Ok(())
}

/// Takes a thread out for which the process no longer waits, though it is not over.
pub(crate) fn remove(record: &Record) {
    let removed = lock().take_out(record);
    // Outside of the lock: it may be the last of its kind.
    drop(removed);
}

/// Takes a thread out that is over, or that the system refused. One step for a fork: in its child, a
/// thread that is not in here is over.
pub(crate) fn remove_over(record: &Record) {
    let mut registry = lock();
    record.mark_over();
    let removed = registry.take_out(record);
    drop(registry);
    drop(removed); // as above
}

/// Waits until no thread holds the process, those started meanwhile included; from then on none can
/// be started that would. After `patience`, `report` is called once.
pub(crate) fn wait_released(patience: Option<Duration>, report: impl FnOnce()) {
    let mut registry = lock();
    registry.awaited = true;
    let held = |registry: &mut Registry| registry.holding > 0;
    if let Some(patience) = patience {
        let waited = RELEASED.wait_timeout_while(registry, patience, held);
        registry = waited.unwrap_or_else(PoisonError::into_inner).0;
        if registry.holding > 0 {
            drop(registry);
            report();
            registry = lock();
        }
    }
    let waited = RELEASED.wait_while(registry, held);
    waited.unwrap_or_else(PoisonError::into_inner).closed = true;
}

impl Registry {
    fn main(&mut self) -> &Arc<Record> {
        self.main.get_or_insert_with(|| Arc::new(Record::main()))
    }

    fn insert(&mut self, record: &Arc<Record>) {
        let slot = self.threads.insert(record.clone());
        record.set_slot(slot);
    }

    fn take_out(&mut self, record: &Record) -> Option<Arc<Record>> {
        let removed = self.threads.remove(record.take_slot()?);
        self.holding -= usize::from(record.holds_process());
        if self.awaited && self.holding == 0 {
            RELEASED.notify_all();
        }
        Some(removed)
    }

    /// In a fork's child: the thread that forked is the main thread, and the only one.
    pub(crate) fn after_fork(&mut self, forked: Option<&Thread>) {
        let main =
            forked.map_or_else(|| Arc::new(Record::main()), |thread| thread.record_arc().clone());
        let lost = self.threads.drain().chain(self.main.take());
        for record in lost.filter(|record| !Arc::ptr_eq(record, &main)) {
            record.set_lost();
            // Its locks may be held for ever, and its parts belong to a thread that is not here.
            std::mem::forget(record);
        }
        main.become_main();
        main.take_slot();
        self.main = Some(main);
        self.holding = 0;
        self.awaited = false;
        self.closed = false;
    }
}
