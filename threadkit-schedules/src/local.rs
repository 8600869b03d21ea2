//! Thread-locals of an execution's threads, destroyed as std does it: last registered first, and those that need no drop
//! stay usable until the thread is no more.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::mem::needs_drop;
use std::rc::Rc;

use crate::engine::with;

/// A key of a thread-local, as [`std::thread::LocalKey`].
pub struct LocalKey<T: 'static> {
    id: &'static u8,
    init: fn() -> T,
}

/// The value is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessError;

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("already destroyed")
    }
}

impl Error for AccessError {}

impl<T> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(id: &'static u8, init: fn() -> T) -> Self {
        Self { id, init }
    }

    /// Calls `f` with the current thread's value.
    ///
    /// # Panics
    ///
    /// If it is destroyed.
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).expect("the thread-local is not destroyed")
    }

    /// The same.
    ///
    /// # Errors
    ///
    /// If it is destroyed.
    ///
    /// # Panics
    ///
    /// Outside of a schedule.
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let key = std::ptr::from_ref(self.id);
        let known = with(|execution| execution.locals().slots.get(&key).cloned());
        let slot = known.unwrap_or_else(|| {
            let value: Rc<dyn Any> = Rc::new((self.init)());
            with(|execution| execution.locals().insert(key, value.clone(), needs_drop::<T>()));
            Some(value)
        });
        let value = slot.ok_or(AccessError)?;
        Ok(f(value.downcast_ref().expect("a key has one type")))
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// A copy of the value.
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Sets the value.
    pub fn set(&self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// Takes the value, and leaves the default.
    #[must_use]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Sets the value, and gives the one before.
    pub fn replace(&self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `f` with the value.
    pub fn with_borrow<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Calls `f` with the value, to change it.
    pub fn with_borrow_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }
}

/// Declares thread-locals as [`std::thread_local!`] does, of the threads of a schedule.
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = const $init:block $(; $($rest:tt)*)?) => {
        $crate::thread_local! { @key [$(#[$attribute])*] $vis $name, $type, $init }
        $($crate::thread_local! { $($rest)* })?
    };
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = $init:expr $(; $($rest:tt)*)?) => {
        $crate::thread_local! { @key [$(#[$attribute])*] $vis $name, $type, $init }
        $($crate::thread_local! { $($rest)* })?
    };
    (@key [$($attribute:tt)*] $vis:vis $name:ident, $type:ty, $init:expr) => {
        $($attribute)* $vis const $name: $crate::__LocalKey<$type> = {
            static ID: u8 = 0;
            $crate::__LocalKey::new(&ID, || $init)
        };
    };
}

/// The value of a key, until it is destroyed.
type Slot = Option<Rc<dyn Any>>;

/// The thread-locals of one thread.
#[derive(Default)]
pub(crate) struct Locals {
    slots: HashMap<*const u8, Slot>,
    /// Those that are to be destroyed, in the order of their registration.
    registered: Vec<*const u8>,
}

impl Locals {
    fn insert(&mut self, key: *const u8, value: Rc<dyn Any>, needs_drop: bool) {
        if needs_drop {
            self.registered.push(key);
        }
        self.slots.insert(key, Some(value));
    }
}

impl crate::engine::Execution {
    fn locals(&mut self) -> &mut Locals {
        &mut self.tasks[self.current].locals
    }
}

/// Destroys those of the current thread.
pub(crate) fn destroy() {
    loop {
        let value = with(|execution| {
            let locals = execution.locals();
            let key = locals.registered.pop()?;
            Some(locals.slots.insert(key, None))
        });
        match value {
            Some(value) => drop(value),
            None => return,
        }
    }
}
