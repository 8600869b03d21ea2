//! The part of a thread that depends on its class: the object and the value.

use std::any::Any;
use std::sync::Arc;

use crate::base::guest;
use crate::base::primitive::parking_lot::Mutex;
use crate::class::ThreadClass;
use crate::class::receiver::sealed::Store as _;
use crate::class::receiver::{Outcome, StoreOf};
use crate::os::lifetime::unname;

/// The object and the value of a thread, kept by its typed handles and, while it runs, by itself.
pub(crate) struct Typed<C: ThreadClass> {
    store: StoreOf<C>,
    value: Mutex<Option<C::Output>>,
}

/// [`Typed`] behind a handle. A trait object, because `Thread<C>` is a type for every `C`, and only
/// a thread class has a receiver and an output.
pub(crate) trait Holder<C>: Send + Sync {
    fn shared(&self) -> Option<&C>;

    fn take_value(&self) -> Option<C::Output>
    where
        C: ThreadClass;

    /// The object, if it is there and this handle is the one that may have it.
    fn into_object(self: Arc<Self>) -> Result<C, Arc<dyn Holder<C>>>;
}

/// The way back from an erased handle: fills the `Option<Arc<dyn Holder<C>>>` in `typed`, if it is
/// of the right `C`. A request rather than a cast, so that `C` needs no bound.
pub(crate) trait Downcast: Send + Sync {
    fn downcast(self: Arc<Self>, typed: &mut dyn Any);
}

impl<C: ThreadClass> Typed<C> {
    pub(crate) fn new(object: C) -> Self {
        Self { store: StoreOf::<C>::keep(object), value: Mutex::new(None) }
    }

    pub(crate) fn run(&self) -> Outcome<C> {
        self.store.run_kept()
    }

    pub(crate) fn set_value(&self, value: C::Output) {
        *self.value.lock() = Some(value);
    }
}

impl<C: ThreadClass> Holder<C> for Typed<C> {
    fn shared(&self) -> Option<&C> {
        self.store.shared()
    }

    fn take_value(&self) -> Option<C::Output>
    where
        C: ThreadClass,
    {
        // Nobody is waited for: who holds the lock takes the value. In a fork's child it may be one who is
        // not there.
        self.value.try_lock()?.take()
    }

    fn into_object(self: Arc<Self>) -> Result<C, Arc<dyn Holder<C>>> {
        match Arc::try_unwrap(self) {
            Ok(mut only) => only.store.take().ok_or_else(|| unname(Arc::new(only))),
            Err(one_of_many) => match one_of_many.store.take_exclusive() {
                Some(object) => Ok(object),
                None => Err(unname(one_of_many)),
            },
        }
    }
}

impl<C: ThreadClass + 'static> Downcast for Typed<C> {
    fn downcast(self: Arc<Self>, typed: &mut dyn Any) {
        if let Some(typed) = typed.downcast_mut::<Option<Arc<dyn Holder<C>>>>() {
            *typed = Some(self);
        }
    }
}

/// Object and value are the user's: their `Drop` may panic, and wherever the last handle goes, that
/// must not take the process along.
impl<C: ThreadClass> Drop for Typed<C> {
    fn drop(&mut self) {
        guest::drop(self.value.get_mut().take());
        guest::drop(self.store.take());
    }
}
