//! `Local`, thread-local data as an object.

use std::cell::Cell;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::class::refusals::{ChangedAsCell, not_cloned};
use crate::os::local::{AccessError, Instance};

/// Thread-local data as an object, after Python's `threading.local`: one value for each thread that uses it.
///
/// Instances can be created and dropped at any time, live in statics (by `LazyLock`), in structs and in
/// other locals, and may be sent to and shared by threads.
///
/// # When values end
///
/// A thread's value ends with the thread, as [`local!`](crate::local) says, and with the instance: dropping that drops
/// the values of all threads, on the thread that drops it; hence `T: Send`. Where both happen at once, whichever came
/// first drops the value, and the other does not wait for it. A value whose `Drop` panics is reported, and the
/// others are dropped all the same.
///
/// An instance made by [`keeping`](Self::keeping) keeps the values of threads that have ended, so that what each thread
/// has counted can be summed at the end.
///
/// # Cost
///
/// An access is a lookup in a table of the thread: a few loads and one compare. For each thread and instance there are,
/// beside the value, these bytes:
///
/// - 40 for the node that holds the value,
/// - 16 to 22 in the thread's list of what to destroy, and 8 to 11 in the instance's list of values, which grow by a
///   third,
/// - 10 to 22 in the thread's table, which has 8 bytes times the power of two from `4/3 n` to `8/3 n`, where the thread
///   has `n` values,
///
/// thus 75 to 95; a thousand instances in a thousand threads take about 85 MB and the values. A value whose instance
/// was dropped by another thread leaves its node, destroyed but not freed, until the thread's table is full next; there
/// are about as many such nodes as others at most. Where values are large in themselves, box them. A kept value has its
/// node and 8 to 11 bytes in a list of the instance, until it is taken or the instance goes.
///
/// # Examples
///
/// ```
/// use std::cell::RefCell;
/// use std::thread;
/// use threadkit::Local;
///
/// struct Pool {
///     scratch: Local<RefCell<Vec<u8>>>,
/// }
///
/// let capacity = 4096;
/// let pool = Pool { scratch: Local::new(move || RefCell::new(Vec::with_capacity(capacity))) };
///
/// pool.scratch.with_borrow_mut(|scratch| scratch.push(1));
/// thread::scope(|s| {
///     s.spawn(|| assert!(pool.scratch.with_borrow(Vec::is_empty)));
/// });
/// ```
#[doc(alias("threading.local", "ThreadLocal", "thread_local"))]
pub struct Local<T: 'static> {
    instance: Instance<T>,
    init: Box<dyn Fn() -> T + Send + Sync>,
}

impl<T: 'static> Local<T> {
    /// An instance whose value is made by `init`, once in each thread that uses it, at its first use.
    ///
    /// Python runs `__init__` of a subclass of `threading.local` so, with the arguments of the instance; here the
    /// closure has captured them.
    ///
    /// # Examples
    ///
    /// ```
    /// let seed = 7;
    /// let local = threadkit::Local::new(move || seed * 2);
    /// assert_eq!(local.with(|value| *value), 14);
    /// ```
    #[rustfmt::skip]
    pub fn new(init: impl Fn() -> T + Send + Sync + 'static) -> Self // what each thread begins with: `|| 0`
    where
        T: Send, // the instance drops the values of all threads: `Arc` for `Rc`, or a `local!`, which takes any type
    {
        Self { instance: Instance::new(false), init: Box::new(init) }
    }

    /// As [`new`](Self::new), with values that do not end with their threads: the instance keeps them.
    ///
    /// What threads have left behind is there for [`for_each`](Self::for_each), [`iter_mut`](Self::iter_mut) and
    /// [`into_values`](Self::into_values), as are the values of threads that live. No other thread goes on with it: each
    /// begins with a value of its own, made by `init`.
    ///
    /// There are as many values as threads have used the instance, those included that have ended. Where threads come
    /// and go without an end, fetch what they have left behind with [`take_kept`](Self::take_kept) now and then.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::sync::LazyLock;
    /// use threadkit::Local;
    ///
    /// static PARSED: LazyLock<Local<Cell<u64>>> = LazyLock::new(|| Local::keeping(Cell::default));
    ///
    /// let threads = [3, 4].map(|lines| {
    ///     threadkit::spawn(move || (0..lines).for_each(|_| PARSED.set(PARSED.get() + 1)))
    /// });
    /// for thread in threads {
    ///     thread.join()?;
    /// }
    /// let sum: u64 = PARSED.take_kept().into_iter().map(Cell::into_inner).sum();
    /// assert_eq!(sum, 7);
    /// # Ok::<(), threadkit::JoinError>(())
    /// ```
    #[doc(alias("accumulate", "combinable"))]
    #[must_use]
    #[rustfmt::skip]
    pub fn keeping(init: impl Fn() -> T + Send + Sync + 'static) -> Self // what each thread begins with: `|| 0`
    where
        T: Send, // the instance drops the values of all threads: `Arc` for `Rc`, or a `local!`, which takes any type
    {
        Self { instance: Instance::new(true), init: Box::new(init) }
    }

    /// Calls `f` with the current thread's value, initialising it first where this is the first use.
    ///
    /// # Panics
    ///
    /// When the thread's value is destroyed already, when thread-local data of the thread is over, and in the
    /// instance's own initialiser.
    ///
    /// # Examples
    ///
    /// ```
    /// let local = threadkit::Local::new(|| String::from("hello"));
    /// assert_eq!(local.with(|value| value.len()), 5);
    /// ```
    #[inline]
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        match self.try_with(f) {
            Ok(result) => result,
            Err(error) => error.panic(),
        }
    }

    /// As [`with`](Self::with), with an error where that panics.
    ///
    /// # Errors
    ///
    /// [`AccessError`] when the thread's value is destroyed already, when thread-local data of the thread is over, and
    /// in the instance's own initialiser.
    ///
    /// # Panics
    ///
    /// Where the initialiser or `f` does. After a panic of the initialiser, the next use calls it again.
    ///
    /// # Examples
    ///
    /// ```
    /// let local = threadkit::Local::new(|| String::from("hello"));
    /// assert_eq!(local.try_with(String::len), Ok(5));
    /// ```
    #[inline]
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        self.instance.with(&self.init, f)
    }

    /// Uses `value` instead of the initialiser's where the thread has none; hands it back where it has one.
    pub(super) fn put(&self, value: T) -> Result<Option<T>, AccessError> {
        let mut value = Some(value);
        // `init` is called where the thread has no value, and then has this one.
        self.instance.with(|| value.take().unwrap_or_else(|| (self.init)()), |_| ())?;
        Ok(value)
    }

    /// A copy of the current thread's value, without initialising one: `None` if the thread has none. For
    /// a `Cell<U>` it is what the key's `get` is: a copy of what the cell holds, which is initialised first where this is
    /// the first use.
    ///
    /// What can be cloned but not copied is had by [`cloned`](Self::cloned).
    ///
    /// # Panics
    ///
    /// For a `Cell` as [`with`](Self::with) does, otherwise never.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use threadkit::Local;
    ///
    /// let level = Local::new(|| 7_u32);
    /// assert_eq!(level.get(), None);
    /// level.with(|_| ());
    /// assert_eq!(level.get(), Some(7));
    ///
    /// let count = Local::new(|| Cell::new(1));
    /// count.set(count.get() + 1);
    /// assert_eq!(count.get(), 2);
    /// ```
    #[must_use]
    #[inline]
    #[track_caller]
    pub fn get<R>(&self) -> R
    where
        T: LocalGet<R>,
    {
        T::__threadkit_get(self)
    }

    /// A clone of the current thread's value, without initialising one: `None` if the thread has none, because it has
    /// not used the instance, because its value is being initialised, or because that is destroyed already.
    ///
    /// # Panics
    ///
    /// Where the value's `Clone` does, as that of a `RefCell` which is mutably borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// let user = threadkit::Local::new(|| String::from("nobody"));
    /// assert_eq!(user.cloned(), None);
    /// user.with(|_| ());
    /// assert_eq!(user.cloned().as_deref(), Some("nobody"));
    /// ```
    #[must_use]
    pub fn cloned(&self) -> Option<T>
    where
        T: Clone,
    {
        self.look(T::clone)
    }

    /// Calls `f` with the current thread's value, if there is one.
    #[inline]
    pub(super) fn look<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
        self.instance.look(f)
    }

    /// Calls `f` with the value of every thread that has one, none twice; other threads go on using theirs. Values of
    /// threads that have ended are among them if the instance is [`keeping`](Self::keeping) those.
    ///
    /// No lock is held while `f` runs: it may start and join threads and use this instance for the first time. Values
    /// first used after the call began are not visited. A value whose thread ends while it is visited is dropped when
    /// `f` returns, by the visitor; it alone may outlive its thread's `join`.
    ///
    /// # Panics
    ///
    /// Where `f` does.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use std::thread;
    ///
    /// let hits = threadkit::Local::new(|| AtomicU32::new(0));
    /// hits.with(|hits| hits.fetch_add(1, Ordering::Relaxed));
    ///
    /// let mut total = 0;
    /// hits.for_each(|hits| total += hits.load(Ordering::Relaxed));
    /// assert_eq!(total, 1);
    /// ```
    pub fn for_each(&self, f: impl FnMut(&T))
    where
        T: Sync,
    {
        self.instance.for_each(f);
    }

    /// The values of all threads that have one, to be changed as well: as the instance is borrowed mutably, no thread can
    /// be using its own. Values of threads that have ended are among them if the instance is [`keeping`](Self::keeping)
    /// those.
    ///
    /// They are in no particular order. The value of a thread that ends while they are borrowed is there until the
    /// instance is used for the first time by some thread after that, visited, or dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use threadkit::Local;
    ///
    /// let mut count = Local::new(|| Cell::new(0));
    /// count.set(5);
    /// for count in count.iter_mut() {
    ///     *count.get_mut() *= 2;
    /// }
    /// assert_eq!(count.get(), 10);
    /// ```
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut T> {
        self.instance.lend().into_iter()
    }

    /// The values of all threads that have one, in no particular order. Values of threads that have ended are among them
    /// if the instance was [`keeping`](Self::keeping) those.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use std::thread;
    /// use threadkit::Local;
    ///
    /// let count = Local::keeping(|| Cell::new(0));
    /// thread::scope(|s| {
    ///     for hits in 1..=3 {
    ///         let count = &count;
    ///         s.spawn(move || (0..hits).for_each(|_| count.set(count.get() + 1)));
    ///     }
    /// });
    /// assert_eq!(count.into_values().map(Cell::into_inner).sum::<u32>(), 6);
    /// ```
    #[must_use]
    pub fn into_values(self) -> impl ExactSizeIterator<Item = T> {
        self.instance.into_values().into_iter()
    }

    /// Takes the values of threads that have ended out of an instance that is [`keeping`](Self::keeping) those, in no
    /// particular order. Values of threads that live stay, and so do those that [`for_each`](Self::for_each)
    /// visits at this moment.
    ///
    /// An instance made by [`new`](Self::new) keeps none.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::sync::Arc;
    /// use threadkit::Local;
    ///
    /// let log = Arc::new(Local::keeping(RefCell::<Vec<&str>>::default));
    /// let theirs = log.clone();
    /// threadkit::spawn(move || theirs.with_borrow_mut(|log| log.push("done"))).join()?;
    /// let lines: Vec<_> = log.take_kept().into_iter().flat_map(RefCell::into_inner).collect();
    /// assert_eq!(lines, ["done"]);
    /// assert!(log.take_kept().is_empty());
    /// # Ok::<(), threadkit::JoinError>(())
    /// ```
    #[must_use = "the values are dropped otherwise"]
    pub fn take_kept(&self) -> Vec<T> {
        self.instance.take_kept()
    }
}

not_cloned!(Local<T>, T);

/// What needs a cell, refused in words.
#[doc(hidden)]
impl<'a, T: 'static> Local<T>
where
    Self: ChangedAsCell<'a>,
{
    pub fn set(&self, _: T) {}
}

// As std's keys are: what a panic leaves behind in a value is seen by the thread that panicked, and by a visitor, who
// sees values in the middle of things anyway.
impl<T: 'static> UnwindSafe for Local<T> {}
impl<T: 'static> RefUnwindSafe for Local<T> {}

impl<T: Send + Default + 'static> Default for Local<T> {
    /// An instance whose values are `T::default()`.
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: 'static> fmt::Debug for Local<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").finish_non_exhaustive()
    }
}

/// What [`Local::get`] gives: `U` for a `Cell<U>`, and `Option<T>` for any other `T`. By a parameter and not by an
/// associated type the two do not overlap: they would be one only for a `U` that is an `Option` of its own cell.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`Local::get` copies the value, and `{Self}` cannot be copied",
    label = "not `Copy`",
    note = "`cloned()` gives a clone of the value, `with(|value| ..)` lends it"
)]
pub trait LocalGet<R>: Send + Sized + 'static {
    #[track_caller]
    fn __threadkit_get(local: &Local<Self>) -> R;
}

#[diagnostic::do_not_recommend]
impl<U: Copy + Send + 'static> LocalGet<U> for Cell<U> {
    #[inline]
    fn __threadkit_get(local: &Local<Self>) -> U {
        local.with(Cell::get)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy + Send + 'static> LocalGet<Option<T>> for T {
    #[inline]
    fn __threadkit_get(local: &Local<Self>) -> Option<T> {
        local.look(|value| *value)
    }
}
