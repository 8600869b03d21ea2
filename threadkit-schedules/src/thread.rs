//! Threads of a schedule, with the interface of [`std::thread`].

use std::any::Any;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::num::NonZero;
use std::panic::Location;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::queue::On;
use crate::engine::task::{self, Parker};
use crate::engine::{self, Kind, TaskId, Unheard, step, with};
use crate::sync::raw::{Of, deadline};
use crate::time::Duration;

pub use crate::local::{AccessError, LocalKey};
pub use std::thread::Result;

/// The identity of a thread, within its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(TaskId);

/// A handle to a thread.
#[derive(Clone)]
pub struct Thread {
    id: TaskId,
    name: Option<Arc<str>>,
    parker: Arc<Parker>,
}

impl Thread {
    fn of(id: TaskId) -> Self {
        with(|execution| {
            let task = &execution.tasks[id];
            Self { id, name: task.name.clone(), parker: task.parker() }
        })
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        ThreadId(self.id)
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Has the next [`park`] of the thread return, or the one that it is in.
    #[track_caller]
    pub fn unpark(&self) {
        step(Kind::Change, "Thread::unpark");
        self.parker.token.store(true, SeqCst);
        self.parker.queue.wake_all();
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thread = &mut f.debug_struct("Thread");
        thread.field("id", &self.id()).field("name", &self.name()).finish_non_exhaustive()
    }
}

/// The current thread.
#[must_use]
pub fn current() -> Thread {
    Thread::of(with(|execution| execution.current))
}

/// Whether the current thread unwinds.
#[must_use]
pub fn panicking() -> bool {
    engine::try_with(engine::Execution::is_unwinding).unwrap_or_else(std::thread::panicking)
}

/// Waits until the thread is unparked.
#[track_caller]
pub fn park() {
    park_until(None);
}

/// The same for at most `timeout`.
#[track_caller]
pub fn park_timeout(timeout: Duration) {
    park_until(deadline(timeout));
}

#[track_caller]
fn park_until(deadline: Option<Duration>) {
    let place = Location::caller();
    step(Kind::Change, "park");
    let parker = current().parker;
    if parker.token.swap(false, SeqCst) {
        return;
    }
    let on = On { what: "an unpark".into(), may_be_spurious: true, ..On::default() };
    parker.queue.wait(on, place, deadline);
    parker.token.store(false, SeqCst);
}

/// Lets other threads go first.
#[track_caller]
pub fn yield_now() {
    engine::give_way();
}

/// Waits until the time has passed, which takes none.
#[track_caller]
pub fn sleep(duration: Duration) {
    let place = Location::caller();
    step(Kind::Look, "sleep");
    let queue = engine::queue::Queue::new();
    let on = On { what: format!("the end of a sleep of {duration:?}").into(), ..On::default() };
    let deadline = deadline(duration);
    while deadline.is_none_or(|deadline| with(|execution| execution.now) < deadline) {
        queue.wait(on.clone(), place, deadline);
    }
}

/// Two: there is one thread of the system, but tests are to be of more.
///
/// # Errors
///
/// None.
pub fn available_parallelism() -> io::Result<NonZero<usize>> {
    Ok(const { NonZero::new(2).unwrap() })
}

type Packet<T> = Arc<Mutex<Option<Result<T>>>>;

/// A thread that may be joined.
pub struct JoinHandle<T> {
    of: Of,
    thread: Thread,
    result: Packet<T>,
}

impl<T> JoinHandle<T> {
    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Whether the thread is over.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        step(self.of.look(), "JoinHandle::is_finished");
        with(|execution| execution.tasks[self.thread.id].over)
    }

    /// Waits until the thread is over, and gives what it returned.
    ///
    /// # Errors
    ///
    /// What it panicked with.
    ///
    /// # Panics
    ///
    /// Not in a test that goes on.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        step(self.of.look(), "JoinHandle::join");
        task::join_at(self.thread.id, self.of == Of::Runtime, Location::caller());
        take_result(self.thread.id, &self.result)
    }
}

fn take_result<T>(id: TaskId, packet: &Packet<T>) -> Result<T> {
    with(|execution| execution.unheard.retain(|unheard| unheard.key != key_of(id)));
    let result = packet.lock().unwrap_or_else(PoisonError::into_inner).take();
    result.expect("the thread is over")
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

/// The key of a failure of a thread that was spawned here: the runtime's keys are small.
fn key_of(id: TaskId) -> u64 {
    u64::MAX - id as u64
}

/// Calls `f` on a new thread.
///
/// # Panics
///
/// Never: no schedule refuses a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(f).expect("no schedule refuses a thread")
}

/// What a thread is to be.
#[derive(Debug)]
pub struct Builder {
    of: Of,
    name: Option<String>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A thread without a name.
    #[must_use]
    pub fn new() -> Self {
        Self { of: Of::Test, name: None }
    }

    pub(crate) fn of(of: Of, name: String) -> Self {
        Self { of, name: Some(name) }
    }

    /// Names it.
    #[must_use]
    pub fn name(self, name: String) -> Self {
        Self { name: Some(name), ..self }
    }

    /// All threads of a schedule have stacks of one size.
    #[must_use]
    pub fn stack_size(self, _: usize) -> Self {
        self
    }

    /// Calls `f` on a new thread.
    ///
    /// # Errors
    ///
    /// None: no schedule refuses a thread.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        step(self.of.change(), "thread::spawn");
        let result = Packet::default();
        let theirs = result.clone();
        let id = task::spawn(self.name, move || keep_result(&theirs, f));
        Ok(JoinHandle { of: self.of, thread: Thread::of(id), result })
    }

    /// Calls `f` on a new thread of `scope`.
    ///
    /// # Errors
    ///
    /// None.
    #[track_caller]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        step(Kind::Change, "Scope::spawn");
        let result = Packet::default();
        let theirs = result.clone();
        let id = with(|execution| execution.add_task(self.name));
        let _ = scope.inner.spawn(move || task::run(id, move || keep_result(&theirs, f)));
        scope.threads.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        Ok(ScopedJoinHandle { thread: Thread::of(id), result, scope: PhantomData })
    }
}

/// The main function of a thread: a panic that nobody joins fails the schedule.
fn keep_result<T>(packet: &Packet<T>, f: impl FnOnce() -> T) {
    let result = task::caught(f);
    if let Err(payload) = &result {
        with(|execution| {
            let current = execution.current;
            let task = &mut execution.tasks[current];
            let text = task.panic.take();
            let text = text.unwrap_or_else(|| message_of(&task.display_name(), &**payload));
            let table = execution.table.clone();
            execution.unheard.push(Unheard { key: key_of(current), text, table });
        });
    }
    *packet.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
}

/// Of a panic that the hook has not seen.
pub(crate) fn message_of(name: &str, payload: &(dyn Any + Send)) -> String {
    format!("thread '{name}' panicked:\n{}", engine::hook::message(payload))
}

/// Threads that may borrow: see [`scope`].
pub struct Scope<'scope, 'env> {
    inner: &'scope shuttle::thread::Scope<'scope, 'env>,
    threads: Mutex<Vec<TaskId>>,
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// Calls `f`, which may start threads that borrow, and waits for them.
///
/// # Panics
///
/// If a thread panicked that was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let place = Location::caller();
    let (result, failed) = shuttle::thread::scope(|inner| {
        // It lives as long as what its threads borrow: a few bytes of a test.
        let scope: &Scope<'_, '_> = Box::leak(Box::new(Scope { inner, threads: Mutex::default() }));
        let result = task::caught(|| f(scope));
        let mut failed = false;
        // Its threads may start others.
        let mut next = 0;
        loop {
            let thread =
                scope.threads.lock().unwrap_or_else(PoisonError::into_inner).get(next).copied();
            let Some(id) = thread else { break };
            task::join_at(id, false, place);
            failed |= with(|execution| {
                let known = execution.unheard.len();
                execution.unheard.retain(|unheard| unheard.key != key_of(id));
                execution.unheard.len() != known
            });
            next += 1;
        }
        (result, failed)
    });
    match result {
        Ok(_) if failed => panic!("a scoped thread panicked"),
        Ok(result) => result,
        Err(payload) => std::panic::resume_unwind(payload),
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Calls `f` on a new thread.
    ///
    /// # Panics
    ///
    /// Never: no schedule refuses a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Builder::new().spawn_scoped(self, f).expect("no schedule refuses a thread")
    }
}

/// A thread of a scope.
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    result: Packet<T>,
    scope: PhantomData<&'scope ()>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// The thread.
    #[must_use]
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Whether the thread is over.
    #[must_use]
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        step(Kind::Look, "ScopedJoinHandle::is_finished");
        with(|execution| execution.tasks[self.thread.id].over)
    }

    /// Waits until the thread is over, and gives what it returned.
    ///
    /// # Errors
    ///
    /// What it panicked with.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        step(Kind::Look, "ScopedJoinHandle::join");
        task::join_at(self.thread.id, false, Location::caller());
        take_result(self.thread.id, &self.result)
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
