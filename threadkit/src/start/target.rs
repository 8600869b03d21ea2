//! [`Target`]: a callable as a thread class, and [`spawn`].

use std::panic::Location;

use crate::class::receiver::ByValue;
use crate::class::{Judge, Options, ThreadClass};
use crate::failure::judge::AsFailure;
use crate::start::builder::{Builder, object_methods};
use crate::start::callable::Callable;
use crate::start::{Free, launch};
use crate::thread::Thread;

/// A callable that a thread runs: `Thread(target=f)` of Python, a thread class like any other.
///
/// `R` is what the callable returns. Nobody can tell from a bare `R` whether it is a `Result`, so
/// there are two constructors: the `Err` of [`fallible`](Self::fallible) is a failure of the
/// thread, what [`new`](Self::new) returns never is.
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
#[must_use = "a thread object does nothing until it is started: `.start()`"]
pub struct Target<R>(Callable<'static, R>);

impl<R: Send + 'static> Target<R> {
    /// A thread that calls `f`; what it returns is its value, whatever that is.
    pub fn new(f: impl FnOnce() -> R + Send + 'static) -> Self {
        Self(Callable::new(f))
    }

    object_methods!();
}

impl<T: Send + 'static, E: Send + 'static> Target<Result<T, E>> {
    /// A thread that calls `f`; an `Err` is a failure of the thread.
    ///
    /// `E` is an [`Error`](std::error::Error), or derefs to one (`Box<dyn Error + Send + Sync>`,
    /// `anyhow::Error`) or to a `str`. The compiler finds `Via`; it need not be written.
    pub fn fallible<Via>(f: impl FnOnce() -> Result<T, E> + Send + 'static) -> Self
    where
        E: AsFailure<Via>,
    {
        Self(Callable::fallible(f))
    }
}

// No help to whose class lacks its `run`.
#[diagnostic::do_not_recommend]
impl<R: Send> ThreadClass for Target<R> {
    type Output = R;
    type Receiver = ByValue;

    const __OPTIONS: Options<Self> = Options::new("Target");

    fn __run(this: Self) -> R {
        this.0.call()
    }

    fn __judge(&self) -> Judge<Self> {
        self.0.judge()
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
#[track_caller]
pub fn spawn<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Thread<Target<R>> {
    let builder = Builder::new(Target::new(f));
    launch(&Free, builder, Location::caller(), |_| ()).expect("failed to spawn thread")
}
