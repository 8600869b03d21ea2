//! [`Thread`]: the handle of a started thread.

pub(crate) mod current;
mod traits;
pub(crate) mod typed;

use std::io;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::class::ThreadClass;
use crate::class::receiver::{ByRef, KeepsObject};
use crate::core::record::Record;
use crate::join::{self, JoinError};
use crate::os;
use crate::start::builder::Builder;
use crate::start::refusals::{Configurable, DaemonCanBeSet, MadeOf, NotStarted};
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
pub struct Thread<C = Erased> {
    record: Arc<Record>,
    /// Absent in an erased handle.
    typed: Option<Arc<dyn Holder<C>>>,
}

impl<C> Thread<C> {
    pub(crate) fn typed(record: Arc<Record>, typed: Arc<dyn Holder<C>>) -> Self {
        Self { record, typed: Some(typed) }
    }

    pub(crate) fn record(&self) -> &Record {
        &self.record
    }

    pub(crate) fn record_arc(&self) -> &Arc<Record> {
        &self.record
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

    /// Changes the name, at any time. Called on the thread itself, it reaches the system too, which
    /// may cut it (Linux at 15 bytes; here at a char boundary and at an inner NUL). Names need not be
    /// unique.
    #[doc(alias = "setName")]
    pub fn set_name(&self, name: impl Into<Name>) {
        let name = name.into();
        if current::with_current(|current| Arc::ptr_eq(&current.record, &self.record)) {
            os::thread::set_name(&name);
        }
        self.record.set_name(name);
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

    /// Waits until the thread is over. Any number of threads may do so, any number of times; all
    /// get the same result.
    ///
    /// # Errors
    ///
    /// [`Failed`](JoinError::Failed) if `run` panicked or returned an `Err`. Without waiting:
    /// [`CurrentThread`](JoinError::CurrentThread), [`Dummy`](JoinError::Dummy), and
    /// [`Deadlock`](JoinError::Deadlock) where the wait could not end.
    pub fn join(&self) -> Result<(), JoinError> {
        join::wait(&self.record)?;
        self.outcome()
    }

    /// Waits as [`join`](Self::join) does, but for at most `timeout`, on the monotonic clock. Zero
    /// only looks; a timeout too long to end (`Duration::MAX`) is a join without one.
    ///
    /// # Errors
    ///
    /// Those of [`join`](Self::join), and [`TimedOut`](JoinError::TimedOut).
    pub fn join_timeout(&self, timeout: Duration) -> Result<(), JoinError> {
        join::wait_timeout(&self.record, timeout)?;
        self.outcome()
    }

    fn outcome(&self) -> Result<(), JoinError> {
        match self.record.failure() {
            Some(exception) => Err(JoinError::Failed(exception)),
            None => Ok(()),
        }
    }

    /// Asks the thread to stop: [`stop_requested`](Self::stop_requested) is true from now on,
    /// [`sleep`](crate::sleep) returns, `park` is woken, and the callbacks of
    /// [`on_stop`](crate::on_stop) run here, on the caller. The thread ends when its `run` returns.
    #[doc(alias("stop", "cancel", "interrupt"))]
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
        Thread::erased_arc(self.record.clone())
    }
}

impl<C: ThreadClass> Thread<C> {
    /// Waits as [`join`](Self::join) does, and moves out what `run` returned, an `Err` included:
    /// `thread.value()??`.
    ///
    /// # Errors
    ///
    /// Those of a join, which leave the value in place, except that a `run` that returned an `Err`
    /// has a value; and [`NoValue`](JoinError::NoValue) from the second time on.
    #[doc(alias = "result")]
    pub fn value(&self) -> Result<C::Output, JoinError> {
        join::wait(&self.record)?;
        if self.record.is_lost() {
            return Err(JoinError::NoValue);
        }
        let value = self.typed.as_ref().and_then(|typed| typed.take_value());
        value.ok_or_else(|| match self.record.failure() {
            Some(exception) if exception.is_panic() => JoinError::Failed(exception),
            _ => JoinError::NoValue,
        })
    }

    /// Waits until the thread is over, and gives the object back; after a failure, too.
    ///
    /// # Errors
    ///
    /// The handle, if there is no object for it: with `run(&mut self)` the first caller has it, with
    /// `run(&self)` whoever holds the last typed handle. Also where a join would be refused.
    pub fn into_object(self) -> Result<C, Self>
    where
        C::Receiver: KeepsObject,
    {
        if join::wait(&self.record).is_err() || self.record.is_lost() {
            return Err(self);
        }
        let Self { record, typed } = self;
        match typed.map(Holder::into_object) {
            Some(Ok(object)) => Ok(object),
            Some(Err(typed)) => Err(Self { record, typed: Some(typed) }),
            None => Err(Self { record, typed: None }),
        }
    }
}

/// What a started thread refuses, in words; a `run(&self)` class has these names through `Deref`, too.
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
    pub fn with_name(self, name: impl Into<Name>) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_name(name)
    }

    #[doc(hidden)]
    pub fn with_daemon(self, daemon: bool) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_daemon(daemon)
    }

    #[doc(hidden)]
    pub fn with_stack_size(self, bytes: usize) -> Builder<C>
    where
        Self: Configurable<C>,
    {
        self.into_builder().with_stack_size(bytes)
    }
}

/// What a thread is not made by, refused in words.
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
    pub(crate) fn erased_arc(record: Arc<Record>) -> Self {
        Self { record, typed: None }
    }

    pub(crate) fn erased(record: Record) -> Self {
        Self::erased_arc(Arc::new(record))
    }

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
            Some(typed) => Ok(Thread::typed(self.record, typed)),
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
