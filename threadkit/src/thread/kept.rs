//! Threads of the system that are kept when their object is over, for the next object of its class.
//!
//! A kept thread serves one object after the other. While it serves one, it is that thread of this crate, as a thread of
//! the system is that was started for a single object; what is different is the end. The thread does not end, so the end
//! of the object is no destructor of std's: [`Kept::serve`] goes through the same steps. What is the user's comes first:
//! `run`, the thread-local values, the callbacks. Then the thread is [offered](Kept::offer) to the next start, and only
//! then is its object over: a start that comes after a join finds the thread, and no more threads are kept than were alive
//! at once. An object that comes meanwhile waits in [`Kept::next`] until those steps are done, in which no user code runs.
//! Where there is some left, which is rare, the offer is taken back for as long.
//!
//! A thread that is idle goes when nobody has wanted it for [`KEEP_ALIVE`]. It takes itself off the list first. Where a
//! start was faster, it is not there any more, and the object is on its way: so none is lost.

use std::any::TypeId;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::base::clock;
use crate::base::guest;
use crate::base::ident;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::parking_lot::{self, Condvar};
use crate::base::primitive::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard};
use crate::base::primitive::{thread, thread_local};
use crate::core::record::Record;
use crate::core::registry;
use crate::os;
use crate::os::borrow::Main;
use crate::os::local;
use crate::os::thread::SignalMask;
use crate::thread::fork::{self, Held};
use crate::thread::{Thread, current};

/// Which threads may serve an object: std's name of them and their thread-locals are those of a class, and a stack has the
/// size that was asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Kind {
    /// Without the lifetimes of a class that borrows.
    pub(crate) class: TypeId,
    /// Std's name of the threads.
    pub(crate) name: &'static str,
    pub(crate) stack_size: Option<usize>,
}

/// What a kept thread does for one object.
pub(crate) struct Task {
    pub(crate) record: Arc<Record>,
    pub(crate) main: Main,
}

/// A thread of the system that is kept.
struct Kept {
    kind: Kind,
    /// 0 until it has begun.
    native_id: AtomicU64,
    /// The time on a processor that it has spent before its present object, in nanoseconds.
    spent: AtomicU64,
    next: parking_lot::Mutex<Option<Task>>,
    /// With the lock: there is a task, or idle threads are to go earlier.
    changed: Condvar,
}

global! {
    /// Std's lock, since a fork waits for it.
    static KEPT: Mutex<Threads> = Mutex::new(Threads { idle: BTreeMap::new(), all: BTreeMap::new() });

    /// How long an idle thread is kept, in nanoseconds.
    static KEEP_ALIVE: AtomicU64 = AtomicU64::new(if cfg!(threadkit_reuse) { 50_000_000 } else { 10_000_000_000 });
}

thread_local! {
    static IS_KEPT: Cell<bool> = const { Cell::new(false) };
}

struct Threads {
    /// Those that may be given an object; last in, first out.
    idle: BTreeMap<Kind, Vec<Arc<Kept>>>,
    /// Those that have begun, by their native ids.
    all: BTreeMap<u64, Arc<Kept>>,
}

fn lock() -> MutexGuard<'static, Threads> {
    primitive::lock(&KEPT)
}

/// Whether the current thread is one that is kept.
pub(crate) fn is_kept() -> bool {
    IS_KEPT.get()
}

/// Whether the thread of this native id is one that is kept.
pub(crate) fn keeps(native_id: u64) -> bool {
    lock().all.contains_key(&native_id)
}

/// The time on a processor that the thread of this native id has spent, without what was for earlier objects.
pub(crate) fn cpu_time(native_id: u64) -> Option<Duration> {
    let spent = os::thread::cpu_time(native_id)?;
    let threads = lock();
    // Relaxed: a number that says nothing of other data.
    let before = threads.all.get(&native_id).map(|kept| kept.spent.load(Ordering::Relaxed));
    Some(spent.saturating_sub(Duration::from_nanos(before.unwrap_or(0))))
}

/// The native ids of the threads that are idle, each with the name of its class.
#[cfg_attr(
    not(feature = "stacks"),
    expect(dead_code, reason = "only a list of all threads has them")
)]
pub(crate) fn idle() -> BTreeMap<u64, &'static str> {
    let threads = lock();
    let idle = threads.idle.values().flatten();
    // Relaxed: as above.
    idle.map(|kept| (kept.native_id.load(Ordering::Relaxed), kept.kind.name)).collect()
}

/// Sets for how long a thread is kept that has no object, those included that have none now: ten seconds, if nobody sets it.
/// Zero keeps none. As Java's `ThreadPoolExecutor.setKeepAliveTime`; see the guide's [page on reuse](crate::guide::reuse).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// threadkit::set_keep_alive(Duration::from_secs(60));
/// # threadkit::set_keep_alive(Duration::from_secs(10));
/// ```
#[doc(alias = "setKeepAliveTime")]
pub fn set_keep_alive(time: Duration) {
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    // Relaxed: each thread's lock orders it, below.
    KEEP_ALIVE.store(nanoseconds, Ordering::Relaxed);
    let idle: Vec<_> = lock().idle.values().flatten().cloned().collect();
    for kept in idle {
        // Whoever has read the time before is asleep once the lock is free.
        drop(kept.next.lock());
        kept.changed.notify_all();
    }
}

/// The least stack of a kept thread: below an object's frames there are those that serve it, and what they call at its end.
const LEAST_STACK: usize = 64 * 1024;

/// Has a thread of this kind do the task: one that is idle, else a new one of the system's.
pub(crate) fn start(kind: Kind, task: Task) -> io::Result<()> {
    prepare();
    find(kind, task).map_err(|(error, task)| {
        drop(task);
        error
    })
}

fn find(kind: Kind, task: Task) -> Result<(), (io::Error, Task)> {
    let Err(task) = give(kind, task) else { return Ok(()) };
    let kept = Arc::new(Kept {
        kind,
        native_id: AtomicU64::new(0),
        spent: AtomicU64::new(0),
        next: parking_lot::Mutex::new(Some(task)),
        changed: Condvar::new(),
    });
    let new = kept.clone();
    let mut system = thread::Builder::new().name(kind.name.to_owned());
    if let Some(bytes) = kind.stack_size {
        system = system.stack_size(bytes.max(LEAST_STACK));
    }
    let Err(error) = system.spawn(move || new.run()) else { return Ok(()) };
    let task = kept.next.lock().take().expect("nobody else has this thread, which does not begin");
    // The system has no thread to give. One may have become idle meanwhile.
    give(kind, task).map_err(|task| (error, task))
}

/// Gives the task to the thread that became idle last.
fn give(kind: Kind, task: Task) -> Result<(), Task> {
    let kept = lock().idle.get_mut(&kind).and_then(Vec::pop);
    let Some(kept) = kept else { return Err(task) };
    *kept.next.lock() = Some(task);
    kept.changed.notify_all();
    Ok(())
}

impl Kept {
    fn run(self: Arc<Self>) {
        IS_KEPT.set(true);
        let native_id = os::thread::native_id();
        // Relaxed: a number that says nothing of other data.
        self.native_id.store(native_id, Ordering::Relaxed);
        lock().all.insert(native_id, self.clone());
        let state = State { forks: ident::forks(), signals: SignalMask::of_current() };
        let system = thread::current();
        while let Some(task) = self.next() {
            // A token that is left over from what the thread did last is not the next object's: here it is spent.
            system.unpark();
            thread::park();
            if !self.serve(task, &state) {
                break;
            }
            self.note_spent(native_id);
        }
        let mut threads = lock();
        let left = threads.all.remove(&native_id);
        // Nobody else takes a list away that was left empty.
        if threads.idle.get(&self.kind).is_some_and(Vec::is_empty) {
            threads.idle.remove(&self.kind);
        }
        drop(threads);
        drop(left);
    }

    /// What is spent so far is not the next object's.
    fn note_spent(&self, native_id: u64) {
        let spent = os::thread::cpu_time(native_id).unwrap_or_default();
        let nanoseconds = u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX);
        self.spent.store(nanoseconds, Ordering::Relaxed); // Relaxed: as in `run`
    }

    /// The next task; none if nobody has had one for so long.
    fn next(self: &Arc<Self>) -> Option<Task> {
        let mut next = self.next.lock();
        if let Some(task) = next.take() {
            return Some(task);
        }
        let since = clock::now();
        let mut may_go = true;
        loop {
            // Relaxed: as in `set_keep_alive`, whose notice comes after this thread sleeps, or the lock before it looks.
            let time = Duration::from_nanos(KEEP_ALIVE.load(Ordering::Relaxed));
            match since.checked_add(time).filter(|_| may_go) {
                Some(end) if self.changed.wait_until(&mut next, end).timed_out() => {
                    if let Some(task) = next.take() {
                        return Some(task);
                    }
                    drop(next);
                    if self.take_back() {
                        return None;
                    }
                    // A start has this thread: its task is on the way.
                    may_go = false;
                    next = self.next.lock();
                }
                Some(_) => {}
                None => self.changed.wait(&mut next),
            }
            if let Some(task) = next.take() {
                return Some(task);
            }
        }
    }

    /// The life of an object on this thread. Says whether the thread is kept; if not, the object's end is that of the
    /// thread.
    fn serve(self: &Arc<Self>, task: Task, state: &State) -> bool {
        let Task { record, main } = task;
        let (mut wakers, mut hearer) = (None, None);
        let thread = current::hold(Thread::erased(record.clone()), || {
            let is_whole = local::enclose_served(|| {
                main.call();
                hearer = guest::set_hearer(None);
                let is_whole = state.is_unchanged();
                if is_whole {
                    registry::prepare_end(&record);
                }
                is_whole
            });
            if is_whole {
                self.offer();
                wakers = Some(registry::finish(&record));
            }
        });
        drop(record);
        let Some(wakers) = wakers else {
            current::begin(thread);
            current::set_returned();
            return false;
        };
        // What the record keeps of the user's goes with its last handle.
        let last = Arc::into_inner(thread.into_record()).filter(Record::keeps_guests);
        if last.is_some() || !wakers.is_empty() {
            return self.finish_apart(state, || {
                guest::set_hearer(hearer);
                wakers.wake();
                drop(last);
                guest::set_hearer(None);
            });
        }
        true
    }

    /// What is the user's and comes after the end of an object. It may take its time, so no object is to wait for it.
    #[cold]
    fn finish_apart(self: &Arc<Self>, state: &State, rest: impl FnOnce()) -> bool {
        let mut left = None;
        let is_idle = self.take_back();
        if !is_idle {
            // Without a thread for it, it waits after all.
            left = find(self.kind, self.given()).err().map(|(_, task)| task);
        }
        let past_end = Thread::erased(Arc::new(Record::dummy()));
        current::hold(past_end, || local::enclose_served(rest));
        if state.forks != ident::forks() {
            // The child of a fork in there: what waits is the parent's.
            mem::forget(left);
            return false;
        }
        if left.is_some() {
            *self.next.lock() = left;
        } else {
            self.offer();
        }
        true
    }

    /// The task that a start is about to give, or has given.
    fn given(&self) -> Task {
        let mut next = self.next.lock();
        loop {
            if let Some(task) = next.take() {
                return task;
            }
            self.changed.wait(&mut next);
        }
    }

    /// Has the next start find the thread.
    fn offer(self: &Arc<Self>) {
        lock().idle.entry(self.kind).or_default().push(self.clone());
    }

    /// Takes the offer back; false if a start was faster, and gives a task, or has given it.
    fn take_back(self: &Arc<Self>) -> bool {
        let mut threads = lock();
        let Some(list) = threads.idle.get_mut(&self.kind) else { return false };
        let place = list.iter().position(|kept| Arc::ptr_eq(kept, self));
        let taken = place.map(|place| list.remove(place));
        drop(threads);
        taken.is_some()
    }
}

/// What of a thread is the same before and after each object, or it is not kept.
struct State {
    forks: u64,
    signals: SignalMask,
}

impl State {
    fn is_unchanged(&self) -> bool {
        // A value that panicked in its end may have left anything behind. In a fork's child the thread is the main one.
        let is_marred = guest::take_marred();
        !is_marred && self.forks == ident::forks() && self.signals == SignalMask::of_current()
    }
}

/// Has forks wait for the lock.
fn prepare() {
    global! {
        static DONE: AtomicBool = AtomicBool::new(false);
    }
    fork::once(&DONE, |holds| holds.push(|| Box::new(Forked(lock()))));
}

struct Forked(MutexGuard<'static, Threads>);

impl Held for Forked {
    /// The threads stayed in the parent. What is lost is not dropped: a lock of theirs may be held for ever.
    fn in_child(&mut self) {
        mem::forget((mem::take(&mut self.0.idle), mem::take(&mut self.0.all)));
    }
}
