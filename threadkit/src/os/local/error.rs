//! Why a thread's value cannot be had.

use std::error::Error;
use std::fmt;

/// The error of [`LocalKey::try_with`](crate::LocalKey::try_with) and [`Local::try_with`](crate::Local::try_with): the
/// current thread's value is destroyed already, or its initialiser is still running.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use threadkit::AccessError;
///
/// threadkit::local! {
///     static DEPTH: Cell<u32> = Cell::new(match DEPTH.try_with(Cell::get) {
///         Ok(_) => unreachable!("the initialiser has not returned yet"),
///         Err(error) => describe(error),
///     });
/// }
///
/// fn describe(error: AccessError) -> u32 {
///     assert_eq!(error.to_string(), "the thread-local value is being initialised");
///     7
/// }
///
/// assert_eq!(DEPTH.get(), 7);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessError(Reason);

/// As wide as a reference, so that a `Result` of the two is returned in registers: `with` needs no stack frame.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Reason {
    Destroyed,
    Initialising,
}

impl AccessError {
    pub(crate) const DESTROYED: Self = Self(Reason::Destroyed);
    pub(crate) const INITIALISING: Self = Self(Reason::Initialising);

    /// What `with` does with it. The words for a destroyed value are std's.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub(crate) fn panic(self) -> ! {
        match self.0 {
            Reason::Destroyed => {
                panic!(
                    "cannot access a Thread Local Storage value during or after destruction: {self:?}"
                )
            }
            Reason::Initialising => {
                panic!("cannot access a thread-local value from its own initialiser: {self:?}")
            }
        }
    }
}

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessError")
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Reason::Destroyed => "the thread-local value is already destroyed",
            Reason::Initialising => "the thread-local value is being initialised",
        })
    }
}

impl Error for AccessError {}
