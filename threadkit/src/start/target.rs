//! [`Target`]: a callable as a thread object; and [`spawn`], which starts one.

use std::ops::Deref;
use std::panic::Location;

use crate::base::name::Name;
use crate::class::receiver::ByValue;
use crate::class::refusals::Unstarted;
use crate::class::{Judge, Options, ThreadClass};
use crate::core::exception::Failure;
use crate::failure::judge::AsFailure;
use crate::start::builder::Builder;
use crate::start::{Free, launch};
use crate::thread::Thread;

/// A callable that a thread runs: `Thread(target=f)` of Python, a thread class like any other.
///
/// `R` is what the callable returns. Nobody can tell from a bare `R` whether it is a `Result`, so
/// there are two constructors: the `Err` of [`fallible`](ScopedTarget::fallible) is a failure of the
/// thread, what [`new`](ScopedTarget::new) returns never is.
///
/// # Examples
///
/// ```
/// use threadkit::Target;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let answer = Target::new(|| 42).with_name("thinker").start()?;
/// assert_eq!(answer.value()?, 42);
///
/// let failing = Target::fallible(|| "x".parse::<u8>()).start()?;
/// assert!(failing.join().is_err());
/// assert!(failing.value()?.is_err());
/// # Ok(())
/// # }
/// ```
#[doc(alias("Runnable", "Callable", "closure"))]
pub type Target<R> = ScopedTarget<'static, R>;

/// A callable that may borrow: as a [`Target`] where it does not, for a thread in a [`scope`](crate::scope()) where it
/// does.
///
/// # Examples
///
/// ```
/// use threadkit::{ScopedTarget, scope};
///
/// # fn main() -> std::io::Result<()> {
/// let words = ["7", "x"];
/// scope(|s| -> std::io::Result<()> {
///     let parse = |word: &'static str| ScopedTarget::fallible(move || word.parse::<u8>());
///     assert!(s.start(parse(words[0]).with_name("seven"))?.join().is_ok());
///     assert!(s.start(parse(words[1]))?.join().is_err());
///     Ok(())
/// })
/// # }
/// ```
#[must_use = "a thread object does nothing until it is started: `.start()`, or `scope.start(..)`"]
pub struct ScopedTarget<'a, R> {
    call: Box<dyn FnOnce() -> R + Send + 'a>,
    judge: fn(&R) -> Option<Failure>,
}

impl<'a, R: Send + 'a> ScopedTarget<'a, R> {
    /// A thread that calls `f`; what it returns is its value, whatever that is.
    #[rustfmt::skip]
    pub fn new(f: impl FnOnce() -> R + Send + 'a) -> Self { // a callable; an object starts by itself: `object.start()`
        Self { call: Box::new(f), judge: |_| None }
    }

    /// Names the thread; see [`Builder::with_name`].
    pub fn with_name(self, name: impl Into<Name>) -> Builder<Self> {
        Builder::new(self).with_name(name)
    }

    /// Makes the thread a daemon, or not; see [`Builder::with_daemon`]. A scope waits for it anyway.
    pub fn with_daemon(self, daemon: bool) -> Builder<Self> {
        Builder::new(self).with_daemon(daemon)
    }

    /// Sets the size of the stack; see [`Builder::with_stack_size`].
    pub fn with_stack_size(self, bytes: usize) -> Builder<Self> {
        Builder::new(self).with_stack_size(bytes)
    }
}

impl<'a, T: Send + 'a, E: Send + 'a> ScopedTarget<'a, Result<T, E>> {
    /// A thread that calls `f`; an `Err` is a failure of the thread.
    ///
    /// `E` is an [`Error`](std::error::Error), or derefs to one (`Box<dyn Error + Send + Sync>`,
    /// `anyhow::Error`) or to a `str`. The compiler finds `Via`; it need not be written.
    pub fn fallible<Via>(f: impl FnOnce() -> Result<T, E> + Send + 'a) -> Self
    where
        E: AsFailure<Via>,
    {
        let judge = |output: &Result<T, E>| output.as_ref().err().map(AsFailure::as_failure);
        Self { call: Box::new(f), judge }
    }
}

impl<R: Send + 'static> ScopedTarget<'static, R> {
    /// Starts a thread with this object; see [`Builder::start`].
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    #[track_caller]
    pub fn start(self) -> std::io::Result<Thread<Self>> {
        Builder::new(self).start()
    }
}

#[doc(hidden)]
impl<R> Deref for ScopedTarget<'_, R> {
    type Target = Unstarted<Self>;

    fn deref(&self) -> &Unstarted<Self> {
        Unstarted::refusals()
    }
}

// No help to whose class lacks its `run`.
#[diagnostic::do_not_recommend]
impl<R: Send> ThreadClass for ScopedTarget<'_, R> {
    type Output = R;
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Target");

    fn __run(this: Self) -> R {
        (this.call)()
    }

    fn __judge(&self) -> Judge<Self> {
        self.judge
    }
}

/// Starts a thread that calls `f`.
///
/// # Panics
///
/// Where [`Builder::start`] would be an error, as [`std::thread::spawn`] does.
///
/// # Examples
///
/// ```
/// let threads: Vec<_> = (1..=3_u32).map(|n| threadkit::spawn(move || n * n)).collect();
/// let sum: u32 = threads.iter().map(|thread| thread.value().unwrap()).sum();
/// assert_eq!(sum, 14);
/// ```
#[doc(alias = "start_new_thread")]
#[track_caller]
pub fn spawn<R: Send + 'static>(
    f: impl FnOnce() -> R + Send + 'static, // a callable; an object has `object.start()`
) -> Thread<Target<R>> {
    let builder = Builder::new(Target::new(f));
    launch(&Free, builder, Location::caller(), |_| ()).expect("failed to spawn thread")
}
