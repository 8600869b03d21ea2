//! Statics that are made at their first use in an execution.

use std::any::Any;
use std::fmt;
use std::ops::Deref;
use std::sync::PoisonError;

use crate::engine::with;

/// A static of the runtime, which each execution has anew.
pub struct Global<T> {
    init: fn() -> T,
    // A place of its own, by which it is known.
    id: u8,
}

impl<T> Global<T> {
    /// One that begins as `init` gives it.
    #[must_use]
    pub const fn new(init: fn() -> T) -> Self {
        Self { init, id: 0 }
    }
}

impl<T: Any + Sync> Deref for Global<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let key = std::ptr::from_ref(&self.id);
        let known = with(|execution| execution.known_static(key));
        let value = known.unwrap_or_else(|| {
            // As of a program's statics, nothing is dropped at the end.
            let value: &'static dyn Any = Box::leak(Box::new((self.init)()));
            with(|execution| execution.keep_static(key, value));
            value
        });
        value.downcast_ref().expect("a static has one type")
    }
}

impl<T> fmt::Debug for Global<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Global").finish_non_exhaustive()
    }
}

/// Declares statics that each execution has anew.
#[doc(hidden)]
#[macro_export]
macro_rules! __global {
    ($($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;)*) => {
        $($(#[$attribute])*
        static $name: $crate::runtime::statics::Global<$type> =
            $crate::runtime::statics::Global::new(|| $value);)*
    };
}

/// Locks one of std's mutexes, poisoned or not.
pub(crate) fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
