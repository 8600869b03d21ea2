//! The part of a thread that depends on its class: the object and the value.

// With the one type whose privacy the proof below rests on.
#![allow(unsafe_code)]

use std::any::Any;
use std::mem;
use std::sync::Arc;

use crate::base::guest;
use crate::base::primitive::parking_lot::Mutex;
use crate::class::ThreadClass;
use crate::class::receiver::sealed::Store as _;
use crate::class::receiver::{Outcome, StoreOf};
use crate::core::record::Downcast;

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

    fn has_value(&self) -> bool;

    /// Puts a value back that was taken.
    fn put_back(&self, value: C::Output)
    where
        C: ThreadClass;

    /// The object, if it is there and this handle is the one that may have it.
    fn into_object(self: Arc<Self>) -> Result<C, Arc<dyn Holder<C>>>;
}

/// Makes a holder whose type does not name the lifetimes in `C`: `Thread<C>` has `C` to carry them.
pub(crate) fn unname<'a, C: ThreadClass + 'a>(typed: Arc<Typed<C>>) -> Arc<dyn Holder<C>> {
    let holder: Arc<dyn Holder<C> + 'a> = typed;
    // SAFETY:
    // - Only the lifetime bound of the trait object changes, so layout and vtable are the same.
    // - The holder borrows for no lifetime but those in `C`: it is a `Typed<C>`, made of `C`, of
    //   `C::Output` (a projection, which holds lifetimes of `C` only) and of 'static parts.
    // - What comes out mentions `C`, as does every `Thread<C>` around it; the compiler lets no such
    //   value be used, or dropped, after a lifetime in `C` has ended.
    // - Nothing turns it into a type without `C`: the way back from an erased handle, `Downcast`, is made
    //   for `C: 'static` only.
    unsafe { mem::transmute::<Arc<dyn Holder<C> + 'a>, Arc<dyn Holder<C>>>(holder) }
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

    fn has_value(&self) -> bool {
        // As in `take_value`.
        self.value.try_lock().is_some_and(|value| value.is_some())
    }

    fn put_back(&self, value: C::Output)
    where
        C: ThreadClass,
    {
        self.set_value(value);
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
