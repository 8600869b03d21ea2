//! How generated code sees whether `run` returned an `Err`.
//!
//! The macro knows the return type only as it was written, and an alias hides a `Result` from
//! it. The compiler knows: method lookup on a chain of references tries the most specific trait
//! first ("autoref specialisation"). Each trait below is one step of that chain; a step that does
//! not fit the type is passed over. It works in a generic class, too: what is decided is whether
//! the type has the shape of a `Result`, and what its `E` is known to be there.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::iter;
use std::ops::{Deref, DerefMut};

use crate::core::exception::Failure;
use crate::core::stop::Request;

/// What `run` returned, wrapped so that the traits below apply to it alone.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// The failure in what `run` returned, whose type stands as the user wrote it.
#[doc(hidden)]
#[macro_export]
macro_rules! __failure_of {
    ($output:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::failure::{
            AnyOutput as _, DebugError as _, DisplayError as _, DynError as _, OpaqueError as _,
            ShortLivedError as _, StaticError as _,
        };
        #[allow(clippy::needless_borrow)]
        (&&&&&&&$crate::__private::failure::Probe($output)).failure()
    }};
}

/// `Err(E)` with `E: Error + 'static`.
pub trait StaticError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Error + 'static> StaticError for &&&&&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| Failure::from_error(error))
    }
}

/// `Err(E)` where `E` derefs to `dyn Error`: `Box<dyn Error>`, `anyhow::Error`, `eyre::Report`.
pub trait DynError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Deref<Target: ErrorText>> DynError for &&&&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| error.deref().to_failure())
    }
}

/// `Err(E)` with an `E: Error` that borrows, as in a scope.
pub trait ShortLivedError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Error> ShortLivedError for &&&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| Failure::new(error.to_string(), error.source()))
    }
}

/// `Err(E)` with `E: Display`.
pub trait DisplayError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Display> DisplayError for &&&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| Failure::new(error.to_string(), None))
    }
}

/// `Err(E)` with `E: Debug`.
pub trait DebugError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E: Debug> DebugError for &&Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        self.0.as_ref().err().map(|error| Failure::new(format!("{error:?}"), None))
    }
}

/// `Err(E)` with an `E` that cannot be printed.
pub trait OpaqueError {
    /// The failure, if there is one.
    fn failure(&self) -> Option<Failure>;
}

impl<T, E> OpaqueError for &Probe<'_, Result<T, E>> {
    fn failure(&self) -> Option<Failure> {
        let opaque = |_| Failure::new(format!("Err({})", std::any::type_name::<E>()), None);
        self.0.as_ref().err().map(opaque)
    }
}

/// Anything else that `run` may return: never a failure.
pub trait AnyOutput {
    /// `None`.
    fn failure(&self) -> Option<Failure>;
}

impl<T> AnyOutput for Probe<'_, T> {
    fn failure(&self) -> Option<Failure> {
        None
    }
}

/// What the error types that are no `Error` themselves deref to.
pub trait ErrorText {
    /// The failure that it is.
    fn to_failure(&self) -> Failure;
}

impl ErrorText for dyn Error + 'static {
    fn to_failure(&self) -> Failure {
        Failure::from_error(self)
    }
}

impl ErrorText for dyn Error + Send + 'static {
    fn to_failure(&self) -> Failure {
        Failure::from_error(self)
    }
}

impl ErrorText for dyn Error + Send + Sync + 'static {
    fn to_failure(&self) -> Failure {
        Failure::from_error(self)
    }
}

/// What the `Err` of [`Target::fallible`](crate::Target::fallible) can be. `Via` tells the ways apart and
/// is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be reported as an error",
    label = "neither an `Error` nor a box or string of one",
    note = "implement `std::error::Error` for it, or use `Target::new`, where an `Err` is a value like any other"
)]
pub trait AsFailure<Via> {
    #[doc(hidden)]
    fn as_failure(&self) -> Failure;
}

/// [`AsFailure`] by the `Error` trait.
#[derive(Debug)]
pub struct ViaError;

/// [`AsFailure`] by the error that the type owns.
#[derive(Debug)]
pub struct ViaDeref;

/// [`AsFailure`] by the text that the type derefs to.
#[derive(Debug)]
pub struct ViaText;

impl<E: Error + 'static> AsFailure<ViaError> for E {
    fn as_failure(&self) -> Failure {
        Failure::from_error(self)
    }
}

// `DerefMut`, which boxes and reports of errors have: what shares an error, as `Arc<dyn Error>`, has not,
// and is an `Error` itself.
impl<E: DerefMut<Target: ErrorText>> AsFailure<ViaDeref> for E {
    fn as_failure(&self) -> Failure {
        self.deref().to_failure()
    }
}

impl<E: Deref<Target = str>> AsFailure<ViaText> for E {
    fn as_failure(&self) -> Failure {
        Failure::new(self.deref().to_owned(), None)
    }
}

/// The most sources of an error that are looked at: a chain may lead back into itself.
const MOST_SOURCES: usize = 1000;

impl Failure {
    fn new(message: String, source: Option<&(dyn Error + 'static)>) -> Self {
        let all = || iter::successors(source, |error: &&(dyn Error + 'static)| (*error).source());
        let chain = || all().take(MOST_SOURCES);
        Self {
            message,
            sources: chain().map(ToString::to_string).collect(),
            orderly: chain().any(<dyn Error>::is::<Request>),
        }
    }

    fn from_error(error: &(dyn Error + 'static)) -> Self {
        Self::new(error.to_string(), error.source())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::{fmt, io};

    use super::*;
    use crate::core::stop::Stopped;

    type Aliased<T> = Result<T, Box<dyn Error + Send + Sync>>;

    fn message(failure: Option<Failure>) -> String {
        failure.map_or_else(|| "none".to_owned(), |failure| failure.message)
    }

    #[test]
    fn each_kind_of_error_is_found_by_the_most_that_is_known_of_it() {
        #[derive(Debug)]
        struct OnlyDebug;
        struct Opaque;
        let io: io::Result<()> = Err(io::Error::other("io"));
        let boxed: Aliased<()> = Err("boxed".into());
        assert_eq!(message(__failure_of!(&io)), "io");
        assert_eq!(message(__failure_of!(&boxed)), "boxed");
        assert_eq!(message(__failure_of!(&Err::<(), _>("text"))), "text");
        assert_eq!(message(__failure_of!(&Err::<(), _>(OnlyDebug))), "OnlyDebug");
        assert!(message(__failure_of!(&Err::<(), _>(Opaque))).contains("Opaque"));
        assert_eq!(message(__failure_of!(&Ok::<_, Opaque>(1))), "none");
        assert_eq!(message(__failure_of!(&Some(1))), "none");
    }

    #[test]
    fn a_generic_error_is_found_by_its_bounds() {
        fn bare<E>(output: &Result<(), E>) -> Option<Failure> {
            __failure_of!(output)
        }
        fn displayed<E: fmt::Display>(output: &Result<(), E>) -> Option<Failure> {
            __failure_of!(output)
        }
        assert!(message(bare(&Err(1))).contains("i32"));
        assert_eq!(message(displayed(&Err(1))), "1");
    }

    #[test]
    fn the_ways_to_a_failure_do_not_meet() {
        fn message<E: AsFailure<Via>, Via>(error: &E) -> String {
            error.as_failure().message
        }
        type Dyn = dyn Error + Send + Sync;
        assert_eq!(message(&io::Error::other("io")), "io");
        assert_eq!(message(&Box::new(io::Error::other("io in a box"))), "io in a box");
        assert_eq!(message(&Box::<Dyn>::from("boxed")), "boxed");
        assert_eq!(message(&Arc::<Dyn>::from(Box::<Dyn>::from("shared"))), "shared");
        assert_eq!(message(&"text"), "text");
        assert_eq!(message(&"owned".to_owned()), "owned");
        assert_eq!(message(&Arc::<str>::from("shared text")), "shared text");
    }

    #[test]
    fn a_chain_that_does_not_end_is_cut() {
        #[derive(Debug)]
        struct Endless;
        impl fmt::Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("endless")
            }
        }
        impl Error for Endless {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
        assert_eq!(Failure::from_error(&Endless).sources.len(), MOST_SOURCES);
    }

    #[test]
    fn stopped_is_found_through_the_chain() {
        #[derive(Debug)]
        struct Outer(Stopped);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("outer")
            }
        }
        impl Error for Outer {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let boxed: Aliased<()> = Err(Box::new(Outer(Stopped)));
        assert!(__failure_of!(&boxed).unwrap().orderly);
        assert!(__failure_of!(&Err::<(), _>(Stopped)).unwrap().orderly);
        assert!(__failure_of!(&Err::<(), _>(io::Error::other(Stopped))).unwrap().orderly);
        assert!(!__failure_of!(&Err::<(), _>(io::Error::other("x"))).unwrap().orderly);
    }
}
