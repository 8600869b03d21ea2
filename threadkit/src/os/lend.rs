//! A callback that borrows, for as long as a call lasts.

use std::mem;

use crate::core::stop::{CallbackKey, Registrar, StopState};

/// Calls `f`; `wake` is called if the stop is requested meanwhile.
pub(crate) fn while_registered<R>(
    stop: &StopState,
    wake: &(dyn Fn() + Sync),
    f: impl FnOnce() -> R,
) -> R {
    // SAFETY: Only the lifetime of a reference changes. It is used by the callback alone, and `taken_back` sees to it that
    // the callback is neither kept nor called when this function has returned or unwound, while `wake` outlives it:
    // - `take_back` takes the callback off the list, or waits until another thread has called it, with its frames gone.
    // - The callback is not being called on this thread then: its frames would be above this one, which is about to go,
    //   and they end first, by returns or by an unwind that is caught in `guest::call`.
    // - A callback that is called at once, on this thread, has returned before `f` is called.
    // - In a fork's child a call on a thread that stayed in the parent is not waited for: none of it runs there.
    // `Sync` allows the call on another thread.
    let wake = unsafe { mem::transmute::<&(dyn Fn() + Sync), &'static (dyn Fn() + Sync)>(wake) };
    let key = stop.on_stop(Registrar::Thread, Box::new(wake));
    let taken_back = TakenBack { stop, key };
    let result = f();
    drop(taken_back);
    result
}

/// Takes the callback back, also in an unwind.
struct TakenBack<'a> {
    stop: &'a StopState,
    key: CallbackKey,
}

impl Drop for TakenBack<'_> {
    fn drop(&mut self) {
        self.stop.take_back(self.key);
    }
}
