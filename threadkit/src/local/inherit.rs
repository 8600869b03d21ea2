//! What a thread is started with: copies of its starter's `#[inherit]` values.

use std::cell::RefCell;
use std::io;

use super::LocalKey;
use crate::os::local::heir;

/// A copied value on its way into a new thread.
pub(crate) type Parcel = Box<dyn FnOnce() + Send>;

/// How the values of an `#[inherit]` key are copied.
pub(super) struct Heritage<T: 'static> {
    name: &'static str,
    /// None: mutably borrowed.
    copy: fn(&T) -> Option<T>,
    /// Set by `new`, which knows that `T: Send`.
    pack: fn(&'static LocalKey<T>, T) -> Parcel,
}

impl<T: Send + 'static> Heritage<T> {
    pub(super) const fn new(name: &'static str, copy: fn(&T) -> Option<T>) -> Self {
        Self { name, copy, pack }
    }
}

fn pack<T: Send + 'static>(key: &'static LocalKey<T>, value: T) -> Parcel {
    Box::new(move || {
        // The thread is new: it has no value yet, and none is destroyed.
        let _ = key.put(value);
    })
}

impl<T: 'static> Heritage<T> {
    pub(super) fn parcel(&self, key: &'static LocalKey<T>, value: &T) -> io::Result<Parcel> {
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

/// The values a new thread inherits.
pub(crate) struct Inherited(Vec<Parcel>);

impl Inherited {
    /// Copies the current thread's `#[inherit]` values; free where there are none.
    ///
    /// # Errors
    ///
    /// A value that is mutably borrowed, by name.
    ///
    /// # Panics
    ///
    /// Where a `Clone` does; the copies made so far are dropped.
    pub(crate) fn capture() -> io::Result<Self> {
        let mut parcels = Self(Vec::new());
        // By index, since a `Clone` may use keys for the first time.
        let mut index = 0;
        while let Some(key) = heir(index) {
            parcels.0.extend(key.bequeath()?);
            index += 1;
        }
        Ok(parcels)
    }

    /// Gives the copies to the current thread, before it runs code of the user's.
    pub(crate) fn install(mut self) {
        for unpack in std::mem::take(&mut self.0) {
            unpack();
        }
    }
}

impl Drop for Inherited {
    /// Copies whose thread did not start; they may be dropped in an unwind, where a second panic would abort.
    fn drop(&mut self) {
        for parcel in self.0.drain(..) {
            crate::os::local::contain(|| drop(parcel));
        }
    }
}

/// A value that the macro copies: `RefCell`s by [`ByBorrow`], anything else by [`ByClone`], which the method call finds
/// one reference further away.
#[doc(hidden)]
#[derive(Debug)]
pub struct Via<'a, T>(pub &'a T);

#[doc(hidden)]
pub trait ByBorrow {
    type Copy;
    fn copy(&self) -> Option<Self::Copy>;
}

impl<T: Clone> ByBorrow for Via<'_, RefCell<T>> {
    type Copy = RefCell<T>;

    fn copy(&self) -> Option<RefCell<T>> {
        Some(RefCell::new(self.0.try_borrow().ok()?.clone()))
    }
}

#[doc(hidden)]
pub trait ByClone {
    type Copy;
    fn copy(&self) -> Option<Self::Copy>;
}

impl<T: Clone> ByClone for &Via<'_, T> {
    type Copy = T;

    fn copy(&self) -> Option<T> {
        Some(self.0.clone())
    }
}
