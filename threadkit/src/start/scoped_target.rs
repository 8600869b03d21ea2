//! [`ScopedTarget`]: a callable that borrows.

use crate::base::name::Name;
use crate::class::receiver::ByValue;
use crate::class::{Judge, Options, ThreadClass};
use crate::failure::judge::AsFailure;
use crate::start::builder::Builder;
use crate::start::callable::Callable;

/// A callable that borrows, for a thread in a [`scope`](crate::scope): what [`Target`](crate::Target) is
/// outside of one.
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
#[must_use = "a thread object does nothing until it is started: `scope.start(..)`"]
pub struct ScopedTarget<'a, R>(Callable<'a, R>);

impl<'a, R: Send + 'a> ScopedTarget<'a, R> {
    /// A thread that calls `f`; what it returns is its value, whatever that is.
    pub fn new(f: impl FnOnce() -> R + Send + 'a) -> Self {
        Self(Callable::new(f))
    }

    /// Names the thread; see [`Builder::with_name`].
    pub fn with_name(self, name: impl Into<Name>) -> Builder<Self> {
        Builder::new(self).with_name(name)
    }

    /// Makes the thread a daemon, or not; see [`Builder::with_daemon`]. The scope waits for it anyway.
    pub fn with_daemon(self, daemon: bool) -> Builder<Self> {
        Builder::new(self).with_daemon(daemon)
    }

    /// Sets the size of the stack; see [`Builder::with_stack_size`].
    pub fn with_stack_size(self, bytes: usize) -> Builder<Self> {
        Builder::new(self).with_stack_size(bytes)
    }
}

impl<'a, T: Send + 'a, E: Send + 'a> ScopedTarget<'a, Result<T, E>> {
    /// A thread that calls `f`; an `Err` is a failure of the thread. `E` is as for
    /// [`Target::fallible`](crate::Target::fallible).
    pub fn fallible<Via>(f: impl FnOnce() -> Result<T, E> + Send + 'a) -> Self
    where
        E: AsFailure<Via>,
    {
        Self(Callable::fallible(f))
    }
}

// No help to whose class lacks its `run`.
#[diagnostic::do_not_recommend]
impl<R: Send> ThreadClass for ScopedTarget<'_, R> {
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
