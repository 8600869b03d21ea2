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
//! Objects come by a list for each kind of threads. No object is put there but for a thread that is idle, or in those last
//! steps, and each for another: where all have one, the system is asked for a thread. Whoever is there first takes the
//! object, and one thread at a time is woken to look: it takes one, and wakes the next if there are more, before it calls
//! what is the user's. So no object waits for the end of another, and many short ones, started at once, wake few threads.
//!
//! A thread that is idle goes when nobody has wanted it for [`set_keep_alive`], unless an object that is on the list counts
//! on it. Both are one step under one lock, so no object is lost.

use std::any::TypeId;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::base::clock;
use crate::base::guest;
use crate::base::ident;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::base::primitive::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::base::primitive::{thread, thread_local};
use crate::core::record::Record;
use crate::core::registry;
use crate::os;
use crate::os::borrow::Main;
use crate::os::local;
use crate::os::thread::SignalMask;
use crate::thread::fork::{self, Held};
use crate::thread::{current, erased};

/// Which threads may serve an object: std's name of them and their thread-locals are those of a class, and a stack has the
/// size that was asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
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

/// [`start`].
pub(crate) type Keeper = fn(Kind, Task) -> io::Result<()>;

/// A thread of the system that is kept.
struct Kept {
    kind: Kind,
    /// 0 until it has begun.
    native_id: AtomicU64,
    /// The time on a processor that it has spent before its present object, in nanoseconds.
    spent: AtomicU64,
    /// The object that it is made for, until it begins.
    first: Mutex<Option<Task>>,
    /// With the lock of all: there is a task to look for, or idle threads are to go earlier.
    changed: Condvar,
}

global! {
    /// Std's lock, since a fork waits for it.
    static KEPT: Mutex<Threads> = Mutex::new(Threads {
        lists: Vec::new(),
        all: BTreeMap::new(),
        keep_alive: KEEP_ALIVE,
    });
}

/// How long an idle thread is kept, if nobody says. Not for long where every class reuses, so that tests meet the end, too.
const KEEP_ALIVE: Duration = Duration::from_millis(if cfg!(threadkit_reuse) { 50 } else { 10_000 });

thread_local! {
    static IS_KEPT: Cell<bool> = const { Cell::new(false) };
}

struct Threads {
    /// One for each kind: few, so one looks through them.
    lists: Vec<List>,
    /// Those that have begun, by their native ids.
    all: BTreeMap<u64, Arc<Kept>>,
    keep_alive: Duration,
}

/// The threads of a kind that may be given an object, and the objects that are for them.
struct List {
    kind: Kind,
    /// Last in, first out.
    idle: Vec<Arc<Kept>>,
    /// First in, first out; never more than there are idle threads.
    tasks: VecDeque<Task>,
    /// The one that was woken to look, and has not looked yet.
    woken: Option<Arc<Kept>>,
}

impl Threads {
    fn list(&mut self, kind: Kind) -> Option<&mut List> {
        self.lists.iter_mut().find(|list| list.kind == kind)
    }
}

impl List {
    /// Has a thread look for a task, if there are tasks, and nobody is on the way. It is to be notified.
    #[must_use]
    fn wake(&mut self) -> Option<Arc<Kept>> {
        if self.woken.is_some() || self.tasks.is_empty() {
            return None;
        }
        self.woken = self.idle.last().cloned();
        self.woken.clone()
    }

    /// Takes an idle thread off, unless a task counts on it; says whether it was taken off.
    fn dismiss(&mut self, kept: &Arc<Kept>) -> bool {
        self.idle.len() > self.tasks.len() && self.remove(kept)
    }

    /// The next task, for this thread, which is idle no more then.
    fn take(&mut self, kept: &Arc<Kept>) -> Option<Task> {
        self.arrives(kept);
        let task = self.tasks.pop_front()?;
        self.remove(kept);
        Some(task)
    }

    /// The thread is on the way no more, if it was.
    fn arrives(&mut self, kept: &Arc<Kept>) {
        if self.woken.as_ref().is_some_and(|woken| Arc::ptr_eq(woken, kept)) {
            self.woken = None;
        }
    }

    fn remove(&mut self, kept: &Arc<Kept>) -> bool {
        // Those that came last come first.
        let place = self.idle.iter().rposition(|other| Arc::ptr_eq(other, kept));
        place.map(|place| self.idle.remove(place)).is_some()
    }
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

/// The native ids of all kept threads, with the name of its class for each that is idle.
#[cfg_attr(
    not(feature = "stacks"),
    expect(dead_code, reason = "only a list of all threads has them")
)]
pub(crate) fn all() -> BTreeMap<u64, Option<&'static str>> {
    let threads = lock();
    let mut all: BTreeMap<_, _> = threads.all.keys().map(|id| (*id, None)).collect();
    for kept in threads.lists.iter().flat_map(|list| &list.idle) {
        // Relaxed: as above.
        all.insert(kept.native_id.load(Ordering::Relaxed), Some(kept.kind.name));
    }
    all
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
#[rustfmt::skip]
pub fn set_keep_alive(time: Duration) { // such as `Duration::from_secs(5)`
    let mut threads = lock();
    threads.keep_alive = time;
    for kept in threads.lists.iter().flat_map(|list| &list.idle) {
        kept.changed.notify_one();
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
    let Err(task) = give(kind, task, false) else { return Ok(()) };
    let kept = Arc::new(Kept {
        kind,
        native_id: AtomicU64::new(0),
        spent: AtomicU64::new(0),
        first: Mutex::new(Some(task)),
        changed: Condvar::new(),
    });
    let new = kept.clone();
    let mut system = thread::Builder::new().name(kind.name.to_owned());
    if let Some(bytes) = kind.stack_size {
        system = system.stack_size(bytes.max(LEAST_STACK));
    }
    let Err(error) = system.spawn(move || new.run()) else { return Ok(()) };
    let task = primitive::lock(&kept.first)
        .take()
        .expect("nobody else has this thread, which does not begin");
    // The system has no thread to give. One may have become idle meanwhile.
    give(kind, task, true).map_err(|task| (error, task))
}

/// Has an idle thread find the task, if there is one that no other task counts on. Where none is to be kept, one that
/// has just become idle, and is about to end, serves only if the system has refused another.
fn give(kind: Kind, task: Task, refused: bool) -> Result<(), Task> {
    let mut threads = lock();
    let keeps = refused || !threads.keep_alive.is_zero();
    match threads.list(kind) {
        Some(list) if keeps && list.idle.len() > list.tasks.len() => {
            list.tasks.push_back(task);
            let woken = list.wake();
            // Not under the lock, which is the first that it takes.
            drop(threads);
            notify(woken);
            Ok(())
        }
        _ => Err(task),
    }
}

fn notify(woken: Option<Arc<Kept>>) {
    if let Some(kept) = woken {
        kept.changed.notify_one();
    }
}

impl Kept {
    fn run(self: Arc<Self>) {
        IS_KEPT.set(true);
        let native_id = os::thread::native_id();
        // Relaxed: a number that says nothing of other data.
        self.native_id.store(native_id, Ordering::Relaxed);
        lock().all.insert(native_id, self.clone());
        let state = State { native_id, forks: ident::forks(), signals: SignalMask::of_current() };
        let system = thread::current();
        let mut next = primitive::lock(&self.first).take();
        while let Some(task) = next {
            // A token that is left over from what the thread did last is not the next object's: here it is spent.
            system.unpark();
            thread::park();
            next = match self.serve(task, &state) {
                Served::Leaves => break,
                Served::Idle => {
                    self.note_spent();
                    self.next()
                }
                Served::Left(task) => Some(task),
            };
        }
        let mut threads = lock();
        let left = threads.all.remove(&native_id);
        // Nobody else takes a list away that was left empty.
        threads.lists.retain(|list| list.kind != self.kind || !list.idle.is_empty());
        drop(threads);
        drop(left);
    }

    /// What is spent so far is not the next object's.
    fn note_spent(&self) {
        let spent = os::thread::own_cpu_time().unwrap_or_default();
        let nanoseconds = u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX);
        self.spent.store(nanoseconds, Ordering::Relaxed); // Relaxed: as in `run`
    }

    /// The next task; none if nobody has had one for so long.
    fn next(self: &Arc<Self>) -> Option<Task> {
        let mut threads = lock();
        let mut since = None;
        loop {
            let keep_alive = threads.keep_alive;
            let list = threads.list(self.kind)?;
            if let Some(task) = list.take(self) {
                let woken = list.wake();
                drop(threads);
                notify(woken);
                return Some(task);
            }
            let now = clock::now();
            let idle_for = now.saturating_duration_since(*since.get_or_insert(now));
            let left = keep_alive.saturating_sub(idle_for);
            if left.is_zero() && list.dismiss(self) {
                return None;
            }
            let waited = self.changed.wait_timeout(threads, left);
            threads = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The life of an object on this thread. Where the thread leaves, the object's end is that of the thread.
    fn serve(self: &Arc<Self>, task: Task, state: &State) -> Served {
        let Task { record, main } = task;
        record.set_native_id(state.native_id);
        let (mut wakers, mut hearer) = (None, None);
        let thread = current::hold(erased(record.clone()), || {
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
            return Served::Leaves;
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
        Served::Idle
    }

    /// What is the user's and comes after the end of an object. It may take its time, so no object is to count on this
    /// thread meanwhile.
    #[cold]
    fn finish_apart(self: &Arc<Self>, state: &State, rest: impl FnOnce()) -> Served {
        // Without another thread for an object that does, it waits after all.
        let task = self.withdraw();
        let left = task.and_then(|task| find(self.kind, task).err()).map(|(_, task)| task);
        let past_end = erased(Record::dummy());
        current::hold(past_end, || local::enclose_served(rest));
        if state.forks != ident::forks() {
            // The child of a fork in there: what waits is the parent's.
            mem::forget(left);
            return Served::Leaves;
        }
        left.map_or_else(
            || {
                self.offer();
                Served::Idle
            },
            Served::Left,
        )
    }

    /// Has the next start count on the thread.
    fn offer(self: &Arc<Self>) {
        let mut threads = lock();
        let kept = self.clone();
        if let Some(list) = threads.list(self.kind) {
            list.idle.push(kept);
        } else {
            let tasks = VecDeque::new();
            threads.lists.push(List { kind: self.kind, idle: vec![kept], tasks, woken: None });
        }
    }

    /// Takes the offer back. Gives the task that counts on it, if one does.
    fn withdraw(self: &Arc<Self>) -> Option<Task> {
        let mut threads = lock();
        let list = threads.list(self.kind)?;
        let task = if list.dismiss(self) { None } else { list.take(self) };
        // It will not look: another one has to.
        list.arrives(self);
        let woken = list.wake();
        drop(threads);
        notify(woken);
        task
    }
}

/// What a thread does when it has served an object.
enum Served {
    /// It has offered itself.
    Idle,
    /// It has another object, which nobody else takes.
    Left(Task),
    /// It is not kept.
    Leaves,
}

/// What of a thread is the same before and after each object, or it is not kept.
struct State {
    native_id: u64,
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
        mem::forget((mem::take(&mut self.0.lists), mem::take(&mut self.0.all)));
    }
}
