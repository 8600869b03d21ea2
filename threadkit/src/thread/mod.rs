//! [`Thread`]: the handle of a started thread.

pub(crate) mod current;
pub(crate) mod fork;
pub(crate) mod kept;
pub(crate) mod stacks;
pub(crate) mod typed;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::ops::Deref;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::class::ThreadClass;
use crate::class::receiver::ByRef;
use crate::class::refusals::{Configurable, DaemonCanBeSet, MadeOf, NotStarted};
use crate::core::record::Record;
use typed::Holder;

/// The class of a handle whose class is not known: `Thread` is `Thread<Erased>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Erased {}

/// A started thread.
///
/// `Thread<C>` is the handle of a thread of class `C`; where its `run` takes `&self`, the handle
/// derefs to the object. `Thread` alone is the handle of any thread; it does not keep the object or
/// the value alive. Both are cheap to clone, and equal if they are of the same thread; as the key
/// of a map, use [`ident`](Self::ident). Letting go of a handle is normal: the thread goes on, and
/// its failure is reported all the same.
///
/// A thread is *over* when `run` has returned, its failure has been reported, and its thread-locals
/// are destroyed. Then [`is_alive`](Self::is_alive) is false and every kind of join returns.
///
/// # Examples
///
/// ```
/// use threadkit::thread_class;
///
/// #[thread_class]
/// struct Sum {
///     numbers: Vec<u64>,
/// }
///
/// #[thread_class]
/// impl Sum {
///     fn run(&self) -> u64 {
///         self.numbers.iter().sum()
///     }
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let thread = Sum { numbers: vec![1, 2, 3] }.with_name("sum").start()?;
/// assert_eq!(thread.name(), "sum");
/// assert_eq!(thread.numbers.len(), 3); // shared with the thread
/// assert_eq!(thread.value().unwrap(), 6);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "JoinHandle")]
#[rustfmt::skip]
pub struct Thread<C = Erased> { // `threadkit::spawn(f)` starts one; `Target::new(f)` is `Thread(target=f)`
    record: Arc<Record>,
    /// Absent in an erased handle.
    typed: Option<Arc<dyn Holder<C>>>,
}

// No functions of the type: rustc would suggest them for `Thread(..)`.
pub(crate) fn of_class<C>(record: Arc<Record>, typed: Arc<dyn Holder<C>>) -> Thread<C> {
    Thread { record, typed: Some(typed) }
}

pub(crate) fn erased(record: Arc<Record>) -> Thread {
    Thread { record, typed: None }
}

impl<C> Thread<C> {
    /// The object and the value, behind a typed handle.
    pub(crate) fn holder(&self) -> Option<&Arc<dyn Holder<C>>> {
        self.typed.as_ref()
    }

    /// The object, if it is there and this handle is the one that may have it.
    pub(crate) fn take_object(self) -> Result<C, Self> {
        let Self { record, typed } = self;
        match typed.map(Holder::into_object) {
            Some(Ok(object)) => Ok(object),
            Some(Err(typed)) => Err(Self { record, typed: Some(typed) }),
            None => Err(Self { record, typed: None }),
        }
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn record_arc(&self) -> &Arc<Record> {
        &self.record
    }

    pub(crate) fn into_record(self) -> Arc<Record> {
        self.record
    }

    /// Whether it is neither the main thread nor a dummy.
    pub(crate) fn is_started_here(&self) -> bool {
        self.start_location().is_some()
    }

    /// The name: as it was given, or the class name and a number, as in `Sum-1`.
    #[must_use]
    #[doc(alias = "getName")]
    pub fn name(&self) -> Name {
        self.record.name()
    }

    /// The identity: unique for the life of the process, kept after the end.
    #[must_use]
    #[doc(alias = "id")]
    pub fn ident(&self) -> ThreadId {
        self.record.ident()
    }

    /// The kernel's id; `None` until the thread has begun. The kernel uses it again after the end.
    #[must_use]
    pub fn native_id(&self) -> Option<u64> {
        self.record.native_id()
    }

    /// The name of the class: `"Sum"`, or `"MainThread"`, or `"DummyThread"`.
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        self.record.class_name()
    }

    /// Whether the thread is not over yet.
    #[must_use]
    #[doc(alias = "is_finished")]
    pub fn is_alive(&self) -> bool {
        !self.record.is_over()
    }

    /// Whether the thread is a daemon: the process does not wait for it.
    #[must_use]
    #[doc(alias("daemon", "isDaemon"))]
    pub fn is_daemon(&self) -> bool {
        self.record.is_daemon()
    }

    /// Where `start` was called; `None` for the main thread and dummies.
    #[must_use]
    pub fn start_location(&self) -> Option<&'static Location<'static>> {
        self.record.start_location
    }

    /// Asks the thread to stop: [`stop_requested`](Self::stop_requested) is true from now on,
    /// [`sleep`](crate::sleep) returns, `park` is woken, and the callbacks of
    /// [`on_stop`](crate::on_stop) run here, on the caller. The thread ends when its `run` returns.
    #[doc(alias("stop", "cancel", "interrupt", "kill", "terminate"))]
    pub fn request_stop(&self) {
        self.record.request_stop();
    }

    /// Whether [`request_stop`](Self::request_stop) was called.
    #[must_use]
    pub fn stop_requested(&self) -> bool {
        self.record.stop_requested()
    }

    /// Wakes the thread from [`std::thread::park`], or keeps it from parking next time.
    pub fn unpark(&self) {
        self.record.unpark();
    }

    /// The same thread without its class.
    #[must_use]
    pub fn to_thread(&self) -> Thread {
        erased(self.record.clone())
    }
}

/// What a started thread refuses, in words; a `run(&self)` class has these names through `Deref`, too.
#[doc(hidden)]
impl<C> Thread<C> {
    #[doc(hidden)]
    pub fn start(&self) -> io::Result<Self>
    where
        Self: NotStarted,
    {
        Ok(self.clone())
    }

    #[doc(hidden)]
    pub fn set_daemon(&self, _: bool)
    where
        Self: DaemonCanBeSet,
    {
    }

    #[doc(hidden)]
    #[must_use]
    pub fn with_name<T>(self, _: impl Into<Name>) -> T
    where
        Self: Configurable<Configured = T>,
    {
        unreachable!("nothing implements `Configurable`")
    }

    #[doc(hidden)]
    #[must_use]
    pub fn with_daemon<T>(self, _: bool) -> T
    where
        Self: Configurable<Configured = T>,
    {
        unreachable!("nothing implements `Configurable`")
    }

    #[doc(hidden)]
    #[must_use]
    pub fn with_stack_size<T>(self, _: usize) -> T
    where
        Self: Configurable<Configured = T>,
    {
        unreachable!("nothing implements `Configurable`")
    }
}

/// What a thread is not made by, refused in words.
#[doc(hidden)]
impl Thread {
    #[doc(hidden)]
    #[must_use]
    #[expect(
        clippy::new_ret_no_self,
        reason = "what it would return is unknown: one error is enough"
    )]
    pub fn new<F, T>(_: F) -> T
    where
        Self: MadeOf<F, Made = T>,
    {
        unreachable!("nothing implements `MadeOf`")
    }
}

impl Thread {
    /// Whether the thread is of class `C`. For a thread that was started in a scope, the answer is
    /// always no.
    #[must_use]
    pub fn is<C: 'static>(&self) -> bool {
        self.record.is_of::<C>()
    }

    /// The typed handle, where the thread is of class `C` and its object still there: it is while
    /// the thread runs, and while a typed handle lives.
    ///
    /// # Errors
    ///
    /// The handle as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Target, spawn};
    ///
    /// let thread = spawn(|| 42);
    /// let any = thread.to_thread();
    /// assert!(any.is::<Target<i32>>());
    /// let typed = any.downcast::<Target<i32>>().unwrap();
    /// assert_eq!(typed.value().unwrap(), 42);
    /// ```
    pub fn downcast<C: 'static>(self) -> Result<Thread<C>, Self> {
        let mut typed: Option<Arc<dyn Holder<C>>> = None;
        // Of another class the object is not touched: its last handle may be about to take it out.
        if self.is::<C>() {
            if let Some(link) = self.record.link() {
                link.downcast(&mut typed);
            }
        }
        match typed {
            Some(typed) => Ok(Thread { record: self.record, typed: Some(typed) }),
            None => Err(self),
        }
    }
}

impl<C: ThreadClass<Receiver = ByRef<CHECKED>>, const CHECKED: bool> Deref for Thread<C> {
    type Target = C;

    fn deref(&self) -> &C {
        let object = self.typed.as_ref().and_then(|typed| typed.shared());
        object.expect("a typed handle keeps its object")
    }
}

impl<C: ThreadClass> From<Thread<C>> for Thread {
    fn from(thread: Thread<C>) -> Self {
        erased(thread.record)
    }
}

impl<C> Clone for Thread<C> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), typed: self.typed.clone() }
    }
}

impl<C, D> PartialEq<Thread<D>> for Thread<C> {
    fn eq(&self, other: &Thread<D>) -> bool {
        Arc::ptr_eq(&self.record, &other.record)
    }
}

impl<C> Eq for Thread<C> {}

impl<C> Hash for Thread<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ident().hash(state);
    }
}

// A panic of `run` leaves nothing half-done in a handle: the object is behind the user's own
// synchronisation, all else behind this crate's.
impl<C> UnwindSafe for Thread<C> {}
impl<C> RefUnwindSafe for Thread<C> {}

/// As Python's `repr`: `<Sum(Sum-1, started daemon 3)>`.
impl<C> fmt::Display for Thread<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.is_alive(), self.record.failure()) {
            (true, _) => "started",
            (false, None) => "stopped",
            (false, Some(_)) => "failed",
        };
        let daemon = if self.is_daemon() { " daemon" } else { "" };
        let (class, name, ident) = (self.class_name(), self.name(), self.ident());
        write!(f, "<{class}({name}, {state}{daemon} {ident})>")
    }
}

impl<C> fmt::Debug for Thread<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("class_name", &self.class_name())
            .field("name", &self.name())
            .field("ident", &self.ident())
            .field("is_alive", &self.is_alive())
            .field("is_daemon", &self.is_daemon())
            .finish_non_exhaustive()
    }
}
