//! What [`node`](super::node) is built on, in one place: the models put loom's in its stead.

pub(super) use crate::base::primitive::parking_lot::Mutex;
pub(super) use crate::base::primitive::sync::atomic::{AtomicU32, Ordering, fence};

/// std's cell with loom's interface, which sees each access begin and end.
pub(super) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    #[inline]
    pub(super) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        f(self.0.get())
    }

    #[inline]
    pub(super) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        f(self.0.get())
    }
}
