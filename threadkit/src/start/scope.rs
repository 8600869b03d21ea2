//! [`scope`]: threads that borrow from their starter.

use std::io;
use std::panic::Location;
use std::sync::Arc;

use crate::base::primitive::thread::{self, JoinHandle};
use crate::class::ThreadClass;
use crate::core::record::{Class, Record};
use crate::os;
use crate::start::builder::Builder;
use crate::start::startable::Startable;
use crate::start::target::ScopedTarget;
use crate::start::{Link, Spawner, launch};
use crate::thread::Thread;
use crate::thread::current::current_thread;
use crate::thread::typed::Typed;

use crate::os::borrow::Main;
pub use crate::os::borrow::Scope;

/// Calls `f` with a scope, in which threads can be started that borrow what outlives the scope; returns
/// when all of them are over. As [`std::thread::scope`], for thread classes.
///
/// The wait at the end is for the threads' last destructors, and nothing cuts it short. From its start
/// on, the owner of the scope counts as waiting for a thread: one that joins the owner hears
/// [`Deadlock`](crate::JoinError::Deadlock).
///
/// A thread that fails does not make the scope panic: the [excepthook](crate::set_excepthook) has been
/// told, and `join` tells whoever asks. A panic of `f` goes on when the threads are over.
///
/// In the child of a fork inside of `f`, the threads are lost, and the scope waits for those only that
/// are started there.
///
/// # Examples
///
/// A class that borrows:
///
/// ```
/// use threadkit::thread_class;
///
/// #[thread_class]
/// struct Count<'a> {
///     text: &'a str,
/// }
///
/// #[thread_class]
/// impl Count<'_> {
///     fn run(&self) -> usize {
///         self.text.split_whitespace().count()
///     }
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let text = String::from("to be or not to be");
/// let (head, tail) = text.split_at(9);
/// let words = threadkit::scope(|s| -> std::io::Result<usize> {
///     let head = s.start(Count { text: head })?;
///     let tail = s.start(Count { text: tail }.with_name("tail"))?;
///     Ok(head.value().unwrap() + tail.value().unwrap())
/// })?;
/// assert_eq!(words, 6);
/// # Ok(())
/// # }
/// ```
///
/// Closures, one of which starts another:
///
/// ```
/// let mut numbers = vec![3, 1, 2];
/// let mut sum = 0;
/// threadkit::scope(|s| {
///     s.spawn(|| {
///         numbers.sort();
///         s.spawn(|| sum = numbers.iter().sum());
///     });
/// });
/// assert_eq!(sum, 6);
/// ```
///
/// What lives in the closure of the scope does not outlive its threads:
///
/// ```compile_fail,E0373
/// threadkit::scope(|s| {
///     let inside = 1;
///     s.spawn(|| println!("{inside}")); // `move ||`, or declare it outside
/// });
/// ```
#[doc(alias = "spawn_scoped")]
pub fn scope<'env, F, R>(f: F) -> R
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
{
    os::borrow::scope(current_thread().record(), f)
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread in the scope: of a thread object, or of a [`Builder`] with its configuration.
    ///
    /// Of the erased handle, [`Thread::is`](crate::Thread::is) and
    /// [`Thread::downcast`](crate::Thread::downcast) say no, since the object may borrow.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Builder, ScopedTarget, scope};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let text = String::from("borrowed");
    /// let length = scope(|s| -> std::io::Result<usize> {
    ///     let object = ScopedTarget::new(|| text.len());
    ///     let thread = s.start(Builder::new(object).with_stack_size(64 * 1024))?;
    ///     Ok(thread.value().unwrap())
    /// })?;
    /// assert_eq!(length, 8);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn start<O>(&'scope self, object: O) -> io::Result<Thread<O::Class>>
    where
        O: Startable<Class: 'scope>,
    {
        Ok(launch(self, object.into_builder(), Location::caller(), |_| ())?)
    }

    /// Starts a thread in the scope that calls `f`.
    ///
    /// # Panics
    ///
    /// Where [`start`](Self::start) would be an error, as [`std::thread::Scope::spawn`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// let numbers = [1, 2, 3, 4];
    /// let sum: i32 = threadkit::scope(|s| {
    ///     let halves: Vec<_> =
    ///         numbers.chunks(2).map(|half| s.spawn(move || half.iter().sum::<i32>())).collect();
    ///     halves.iter().map(|half| half.value().unwrap()).sum()
    /// });
    /// assert_eq!(sum, 10);
    /// ```
    #[track_caller]
    pub fn spawn<R: Send + 'scope>(
        &'scope self,
        f: impl FnOnce() -> R + Send + 'scope, // a callable; an object has `s.start(object)`
    ) -> Thread<ScopedTarget<'scope, R>> {
        let builder = Builder::new(ScopedTarget::new(f));
        launch(self, builder, Location::caller(), |_| ()).expect("failed to spawn thread")
    }
}

impl<'scope> Spawner<'scope> for Scope<'scope, '_> {
    fn spawn(
        &self,
        record: &Arc<Record>,
        system: thread::Builder,
        main: impl FnOnce() + Send + 'scope,
    ) -> io::Result<JoinHandle<()>> {
        self.spawn_system(record, system, main)
    }

    fn main(&self, record: &Arc<Record>, main: impl FnOnce() + Send + 'scope) -> Main {
        Scope::main(self, record, main)
    }

    fn class<C: ThreadClass + 'scope>(_: &Arc<Typed<C>>) -> (&'static Class, Option<Link>) {
        (const { &Class::of::<C>(None) }, None)
    }
}
