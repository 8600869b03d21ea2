//! What a model puts in the place of std's and `parking_lot`'s primitives: shuttle's, with the parts of their
//! interfaces that the runtime uses. Between any two steps on them shuttle may go on with another thread.
//!
//! All threads of a model share one thread of the system, on which they take turns. So what the runtime asks
//! the system is answered here, too ([`os`]), and statics and thread-locals belong to one execution of the
//! model.

pub(crate) mod os;
pub(crate) mod panic;
pub(crate) mod parking_lot;
pub(crate) mod sync;
pub mod thread;

/// What the runtime has written to stderr in this execution.
#[must_use]
pub fn written() -> String {
    os::stderr::written()
}

/// Std's, with keys of this module.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_thread_local {
    () => {};
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = const $init:block $(; $($rest:tt)*)?) => {
        $crate::__model_thread_local! { @key [$(#[$attribute])*] $vis $name, $type, $init }
        $($crate::__model_thread_local! { $($rest)* })?
    };
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = $init:expr $(; $($rest:tt)*)?) => {
        $crate::__model_thread_local! { @key [$(#[$attribute])*] $vis $name, $type, $init }
        $($crate::__model_thread_local! { $($rest)* })?
    };
    (@key [$($attribute:tt)*] $vis:vis $name:ident, $type:ty, $init:expr) => {
        $($attribute)* $vis const $name: $crate::model::thread::LocalKey<$type> = {
            static ID: u8 = 0;
            $crate::model::thread::LocalKey::new(&ID, || $init)
        };
    };
}
pub use crate::__model_thread_local as thread_local;

/// Statics that are made at their first use in an execution, and dropped at its end.
macro_rules! global {
    ($($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;)*) => {
        shuttle::lazy_static! { $($(#[$attribute])* static ref $name: $type = $value;)* }
    };
}
pub(crate) use global;
