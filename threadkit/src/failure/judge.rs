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
use std::ops::Deref;

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
        #[allow(unused_imports, clippy::wildcard_imports)]
        use $crate::__private::failure::steps::*;
        #[allow(clippy::needless_borrow)]
        (&&&&&&&&&&$crate::__private::failure::Probe($output)).failure()
    }};
}

/// The steps of the chain: a trait each.
pub mod steps {
    use super::{Debug, Deref, Display, Error, Failure, Probe};

    macro_rules! steps {
        ($($(#[$doc:meta])* $step:ident [$($generics:tt)*] $probe:ty => $judge:expr;)*) => {$(
            $(#[$doc])*
            pub trait $step {
                /// The failure, if there is one.
                fn failure(&self) -> Option<Failure>;
            }

            impl<T, $($generics)*> $step for $probe {
                fn failure(&self) -> Option<Failure> {
                    self.0.as_ref().err().map($judge)
                }
            }
        )*};
    }

    steps! {
        /// `Err(E)` where `E` is an `Error`; it may borrow, as in a scope.
        IsError [E: Error] &&&&&&&&&&Probe<'_, Result<T, E>> => |error| Failure::of(error);

        /// `Err(E)` where `E` derefs to an `Error`: a box of one, `anyhow::Error`, `miette::Report`.
        DerefsToError [E: Deref<Target: Error>] &&&&&&&&&Probe<'_, Result<T, E>> => |error| {
            Failure::of(&**error)
        };

        /// `Err(E)` where `E` gives an `Error` when it is asked.
        GivesError [E: AsRef<dyn Error>] &&&&&&&&Probe<'_, Result<T, E>> => |error| {
            Failure::of(error.as_ref())
        };

        /// The same, where what it gives may be sent.
        GivesSendError [E: AsRef<dyn Error + Send + Sync>] &&&&&&&Probe<'_, Result<T, E>> => |error| {
            Failure::of(error.as_ref())
        };

        /// `Err(E)` where `E` is a pointer to what derefs to an `Error`: `Arc<anyhow::Error>`.
        PointsToError [E: Deref<Target: Deref<Target: Error>>] &&&&&&Probe<'_, Result<T, E>> => |error| {
            Failure::of(&***error)
        };

        /// `Err(E)` where `E` is a pointer to what gives an `Error`.
        PointsToGiver [E: Deref<Target: AsRef<dyn Error>>] &&&&&Probe<'_, Result<T, E>> => |error| {
            Failure::of((**error).as_ref())
        };

        /// `Err(E)` with `E: Display`.
        DisplayError [E: Display] &&&&Probe<'_, Result<T, E>> => |error| {
            Failure::new(error.to_string(), None)
        };

        /// `Err(E)` with `E: Debug`.
        DebugError [E: Debug] &&&Probe<'_, Result<T, E>> => |error| {
            Failure::new(format!("{error:?}"), None)
        };

        /// `Err(E)` with an `E` that cannot be printed.
        OpaqueError [E] &&Probe<'_, Result<T, E>> => |_| {
            Failure::new(format!("Err({})", std::any::type_name::<E>()), None)
        };
    }

    /// Anything else that `run` may return: never a failure.
    pub trait AnyOutput {
        /// `None`.
        fn failure(&self) -> Option<Failure>;
    }

    impl<T> AnyOutput for &Probe<'_, T> {
        fn failure(&self) -> Option<Failure> {
            None
        }
    }
}

/// The `Err` that `#[threadkit::main]` prints, found in the same way: a step for those that can be printed, and one for
/// all that `main` may return.
#[doc(hidden)]
#[macro_export]
macro_rules! __error_of_main {
    ($output:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::failure::{AnyMain as _, FailingMain as _};
        (&&$crate::__private::failure::Probe($output)).error()
    }};
}

/// `main` returned an `Err`.
pub trait FailingMain {
    /// What std prints of it.
    fn error(&self) -> Option<String>;
}

impl<T, E: Debug> FailingMain for &Probe<'_, Result<T, E>> {
    fn error(&self) -> Option<String> {
        self.0.as_ref().err().map(|error| format!("Error: {error:?}\n"))
    }
}

/// `main` returned anything else.
pub trait AnyMain {
    /// `None`.
    fn error(&self) -> Option<String>;
}

impl<T> AnyMain for Probe<'_, T> {
    fn error(&self) -> Option<String> {
        None
    }
}

/// The error in a box, which is no `Error` itself.
pub trait BoxedError {
    /// The failure that it is.
    fn to_failure(&self) -> Failure;
}

impl BoxedError for dyn Error + Send + 'static {
    fn to_failure(&self) -> Failure {
        Failure::of(self)
    }
}

impl BoxedError for dyn Error + Send + Sync + 'static {
    fn to_failure(&self) -> Failure {
        Failure::of(self)
    }
}

/// What the `Err` of [`Target::fallible`](crate::Target::fallible) can be. `Via` tells the ways apart and
/// is found by the compiler, so no two of them may be open to a type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be reported as an error",
    label = "neither an `Error`, nor a box or string of one, nor does it give one by `AsRef<dyn Error>`",
    note = "implement `std::error::Error` for it, or use `Target::new`, where an `Err` is a value like any other"
)]
pub trait AsFailure<Via> {
    #[doc(hidden)]
    fn as_failure(&self) -> Failure;
}

/// [`AsFailure`] by the `Error` trait.
#[derive(Debug)]
pub struct ViaError;

/// [`AsFailure`] by the error that it gives: `anyhow::Error`, `miette::Report`.
#[derive(Debug)]
pub struct ViaAsRef;

/// [`AsFailure`] by the error in the box.
#[derive(Debug)]
pub struct ViaBox;

/// [`AsFailure`] by the text that the type derefs to.
#[derive(Debug)]
pub struct ViaText;

/// [`AsFailure`] by what it points to, which is no `Error`, but gives or boxes one.
#[derive(Debug)]
pub struct ViaPointer<Via>(Via);

#[diagnostic::do_not_recommend]
impl<E: Error> AsFailure<ViaError> for E {
    fn as_failure(&self) -> Failure {
        Failure::of(self)
    }
}

// What cannot be sent is no thread's output, but gives an error, and `Arc<dyn Error>` is one besides.
#[diagnostic::do_not_recommend]
impl<E: AsRef<dyn Error> + Send> AsFailure<ViaAsRef> for E {
    fn as_failure(&self) -> Failure {
        Failure::of(self.as_ref())
    }
}

#[diagnostic::do_not_recommend]
impl<E: BoxedError + ?Sized> AsFailure<ViaBox> for Box<E> {
    fn as_failure(&self) -> Failure {
        self.to_failure()
    }
}

#[diagnostic::do_not_recommend]
impl<E: Deref<Target = str>> AsFailure<ViaText> for E {
    fn as_failure(&self) -> Failure {
        Failure::new(self.deref().to_owned(), None)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Deref<Target: AsFailure<ViaAsRef>>> AsFailure<ViaPointer<ViaAsRef>> for E {
    fn as_failure(&self) -> Failure {
        self.deref().as_failure()
    }
}

#[diagnostic::do_not_recommend]
impl<E: Deref<Target: AsFailure<ViaBox>>> AsFailure<ViaPointer<ViaBox>> for E {
    fn as_failure(&self) -> Failure {
        self.deref().as_failure()
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

    fn of<E: Error + ?Sized>(error: &E) -> Self {
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

    /// Is no `Error`; derefs to one.
    struct Wrapped(io::Error);

    impl Deref for Wrapped {
        type Target = io::Error;

        fn deref(&self) -> &io::Error {
            &self.0
        }
    }

    /// Is no `Error`, and derefs to nothing; gives one.
    struct Giving(io::Error);

    impl AsRef<dyn Error> for Giving {
        fn as_ref(&self) -> &(dyn Error + 'static) {
            &self.0
        }
    }

    /// As some libraries have traits for their errors.
    trait Coded: Error {}

    impl Coded for io::Error {}

    #[test]
    fn an_error_is_found_behind_what_wraps_it() {
        let stopped = || io::Error::other(Stopped);
        macro_rules! finds {
            ($($wrapped:expr),* $(,)?) => {$(
                let failure = __failure_of!(&Err::<(), _>($wrapped)).unwrap();
                assert_eq!(failure.message, Stopped.to_string());
                assert!(failure.orderly, stringify!($wrapped));
            )*};
        }
        finds!(
            Wrapped(stopped()),
            Giving(stopped()),
            Box::new(Wrapped(stopped())),
            Arc::new(Wrapped(stopped())),
            Box::new(Giving(stopped())),
            Arc::new(Giving(stopped())),
            Box::new(stopped()) as Box<dyn Coded + Send + Sync>,
            Arc::new(Box::<dyn Error + Send + Sync>::from(stopped())),
            Box::new(Box::<dyn Error + Send + Sync>::from(stopped())),
            Box::new(stopped()),
            Arc::new(stopped()),
            Arc::<dyn Error + Send + Sync>::from(Box::<dyn Error + Send + Sync>::from(stopped())),
        );
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
        assert_eq!(message(&Giving(io::Error::other("given"))), "given");
        assert_eq!(message(&Arc::new(Giving(io::Error::other("shared")))), "shared");
        assert_eq!(message(&Box::new(Box::<Dyn>::from("in two boxes"))), "in two boxes");
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
        assert_eq!(Failure::of(&Endless).sources.len(), MOST_SOURCES);
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
