//! The key that `local!` gives.

use std::fmt;
use std::io;
use std::mem::needs_drop;

use super::inherit::Inheritable;
use crate::os::local::{
    AccessError, AtEnd, Filled, Key, LastingKey, Parcel, Slot, State, arm, note_use, push_key,
};

/// A key of [`local!`](crate::local): one value for each thread, made at the thread's first use.
///
/// The methods are those of [`std::thread::LocalKey`]; what differs is when values are destroyed, as
/// [`local!`](crate::local) says. Like std's it is a constant: `&'static self` costs nothing, and an access compiles to
/// what std's does.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
///
/// threadkit::local! {
///     static HITS: Cell<u64> = const { Cell::new(0) };
/// }
///
/// HITS.set(HITS.get() + 1);
/// assert_eq!(HITS.get(), 1);
/// std::thread::spawn(|| assert_eq!(HITS.get(), 0)).join().unwrap();
/// ```
pub struct LocalKey<T: 'static> {
    storage: Storage<T>,
    heritage: Option<Heritage<T>>,
}

enum Storage<T: 'static> {
    Lazy(LastingKey<Slot<T>>, fn() -> T),
    Filled(LastingKey<Filled<T>>, fn() -> T),
}

/// How the values of an `#[inherit]` key are copied.
struct Heritage<T: 'static> {
    name: &'static str,
    /// None: mutably borrowed.
    copy: fn(&T) -> Option<T>,
    /// Set by `inherited`, which knows that `T: Send`.
    pack: fn(&'static LocalKey<T>, T) -> Parcel,
}

impl<T: 'static> Heritage<T> {
    fn parcel(&self, key: &'static LocalKey<T>, value: &T) -> io::Result<Parcel> {
        match (self.copy)(value) {
            Some(copy) => Ok((self.pack)(key, copy)),
            None => Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                format!(
                    "`{}` cannot be inherited by the new thread: it is mutably borrowed",
                    self.name
                ),
            )),
        }
    }
}

fn pack<T: Send + 'static>(key: &'static LocalKey<T>, value: T) -> Parcel {
    Box::new(move || {
        // The thread is new: it has no value yet, and none is destroyed.
        let _ = key.put(value);
    })
}

/// The key of an `#[inherit]` static. No method of the key, so that the compiler blames the type as the
/// user wrote it for not being [`Inheritable`].
#[doc(hidden)]
#[must_use]
pub const fn inherited<T: Inheritable + 'static>(
    slot: LastingKey<Slot<T>>,
    init: fn() -> T,
    name: &'static str,
    copy: fn(&T) -> Option<T>,
) -> LocalKey<T> {
    LocalKey { storage: Storage::Lazy(slot, init), heritage: Some(Heritage { name, copy, pack }) }
}

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn lazy(slot: LastingKey<Slot<T>>, init: fn() -> T) -> Self {
        Self { storage: Storage::Lazy(slot, init), heritage: None }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn filled(slot: LastingKey<Filled<T>>, init: fn() -> T) -> Self {
        Self { storage: Storage::Filled(slot, init), heritage: None }
    }

    /// Calls `f` with the current thread's value, initialising it first where this is the first use.
    ///
    /// # Panics
    ///
    /// When the value is destroyed or being destroyed, and in its own initialiser. Behaviour and words are those of
    /// [`std::thread::LocalKey::with`]; in its own initialiser std's recurses.
    ///
    /// # Examples
    ///
    /// ```
    /// threadkit::local! {
    ///     static GREETING: String = String::from("hello");
    /// }
    ///
    /// assert_eq!(GREETING.with(|greeting| greeting.len()), 5);
    /// ```
    #[inline]
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.try_with(f) {
            Ok(result) => result,
            Err(error) => error.panic(),
        }
    }

    /// As [`with`](Self::with), with an error where that panics.
    ///
    /// # Errors
    ///
    /// [`AccessError`] when the value is destroyed or being destroyed, and in its own initialiser.
    ///
    /// # Panics
    ///
    /// Where the initialiser or `f` does. After a panic of the initialiser, the next use calls it again.
    ///
    /// # Examples
    ///
    /// ```
    /// threadkit::local! {
    ///     static GREETING: String = String::from("hello");
    /// }
    ///
    /// assert_eq!(GREETING.try_with(String::len), Ok(5));
    /// ```
    #[inline]
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        match &self.storage {
            Storage::Lazy(key, init) => key.try_with(|slot| {
                let value = match slot.get() {
                    Some(value) => value,
                    None => self.fill(slot, *init)?,
                };
                Ok(f(value))
            }),
            Storage::Filled(key, _) => key.try_with(|slot| {
                let value = match slot.get() {
                    Some(value) => value,
                    None => self.begin(slot)?,
                };
                Ok(f(value))
            }),
        }
        .unwrap_or(Err(AccessError::DESTROYED))
    }

    /// Gives the thread this value where it has none; hands it back where it has one.
    pub(super) fn put(&'static self, value: T) -> Result<Option<T>, AccessError> {
        let Storage::Lazy(key, _) = &self.storage else {
            // A key with a `const` initialiser has one from the start.
            return self.try_with(|_| Some(value));
        };
        key.try_with(|slot| {
            if slot.get().is_some() {
                return Ok(Some(value));
            }
            self.fill(slot, || value).map(|_| None)
        })
        .unwrap_or(Err(AccessError::DESTROYED))
    }

    #[cold]
    #[inline(never)]
    fn fill<'a>(
        &'static self,
        slot: &'a Slot<T>,
        init: impl FnOnce() -> T,
    ) -> Result<&'a T, AccessError> {
        match slot.state() {
            State::Gone => return Err(AccessError::DESTROYED),
            State::Busy => return Err(AccessError::INITIALISING),
            State::Empty | State::Fresh | State::Alive => {}
        }
        if self.is_listed() {
            arm()?;
        }
        let filling = slot.begin();
        let value = filling.fill(init());
        if self.is_listed() {
            push_key(self, self.heritage.is_some());
        }
        note_use(self);
        Ok(value)
    }

    #[cold]
    #[inline(never)]
    fn begin<'a>(&'static self, slot: &'a Filled<T>) -> Result<&'a T, AccessError> {
        if slot.state() == State::Fresh {
            if self.is_listed() {
                arm()?;
                push_key(self, false);
            }
            note_use(self);
        }
        slot.begin().ok_or(AccessError::DESTROYED)
    }

    /// The thread must remember the value.
    const fn is_listed(&self) -> bool {
        needs_drop::<T>() || self.heritage.is_some()
    }
}

impl<T: 'static> Key for LocalKey<T> {
    fn end(&'static self, at_end: &AtEnd) {
        // No error: the slot lasts as long as the thread, and ends once.
        let _ = match &self.storage {
            Storage::Lazy(key, _) => key.try_with(|slot| slot.end(at_end)),
            Storage::Filled(key, _) => key.try_with(|slot| slot.end(at_end)),
        };
    }

    fn renew(&'static self, at_end: &AtEnd) {
        // No error: as in `end`.
        let _ = match &self.storage {
            Storage::Lazy(key, _) => key.try_with(|slot| slot.renew(at_end)),
            Storage::Filled(key, init) => key.try_with(|slot| slot.renew(at_end, init())),
        };
    }

    fn bequeath(&'static self) -> io::Result<Option<Parcel>> {
        let (Storage::Lazy(key, _), Some(heritage)) = (&self.storage, &self.heritage) else {
            return Ok(None);
        };
        key.try_with(|slot| slot.get().map(|value| heritage.parcel(self, value)).transpose())
            .unwrap_or(Ok(None))
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}
