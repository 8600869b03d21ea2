//! Naming the trait object of a class that borrows.

use std::mem;
use std::sync::Arc;

use crate::thread::typed::Holder;

/// Leaves the lifetime out of the type of a holder: `Thread<C>` has `C` to carry it.
pub(crate) fn unname<'a, C>(holder: Arc<dyn Holder<C> + 'a>) -> Arc<dyn Holder<C>> {
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
