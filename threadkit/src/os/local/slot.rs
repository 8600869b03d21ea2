//! The place of a `local!` value in its thread, with the state beside it.
//!
//! A slot has no `Drop`, so no destructor is registered for it and the access compiles to a load and a compare; what
//! destroys the value is this crate's own list. The slot itself is [kept](super::lasting) as long as the thread.

use std::cell::{Cell, UnsafeCell};
use std::mem::{MaybeUninit, needs_drop};

use super::AtEnd;
use crate::base::guest::{Blame, contain};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Not used yet; no value.
    Empty,
    /// The initialiser runs; no value.
    Busy,
    /// Not used yet; the value of a `const` initialiser is in place.
    Fresh,
    /// In use, the value in place.
    Alive,
    /// Destroyed, for good.
    Gone,
}

/// The slot of a key with a lazy initialiser.
///
/// Invariant: the value is initialised in the states `Fresh` and `Alive`, and only then.
pub struct Slot<T> {
    state: Cell<State>,
    value: UnsafeCell<MaybeUninit<T>>,
}

impl<T> Slot<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new() -> Self {
        Self { state: Cell::new(State::Empty), value: UnsafeCell::new(MaybeUninit::uninit()) }
    }

    pub(crate) fn state(&self) -> State {
        self.state.get()
    }

    /// The value in use. No one can end it while the reference lives: that takes an [`AtEnd`].
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        if self.state.get() == State::Alive {
            // SAFETY: initialised, by the invariant; see `reference`.
            Some(unsafe { self.reference() })
        } else {
            None
        }
    }

    /// # Safety
    ///
    /// The value is initialised.
    #[inline]
    unsafe fn reference(&self) -> &T {
        let value = self.value.get();
        // SAFETY: 1. Only `fill`, which needs the state `Busy`, and `end`, which needs `AtEnd`, make a mutable
        //    reference; neither can happen while this one lives.
        // 2. The cell is not `Sync`, so all of this is one thread.
        let value = unsafe { &*value };
        // SAFETY: the caller's.
        unsafe { value.assume_init_ref() }
    }

    /// Takes an empty slot for the run of the initialiser; an unwind gives it back.
    pub(crate) fn begin(&self) -> Filling<'_, T> {
        debug_assert!(self.state.get() == State::Empty);
        self.state.set(State::Busy);
        Filling(self)
    }

    /// Leaves the slot as that of a new thread, once its value has ended or needs no end.
    pub(crate) fn renew(&self, _: &AtEnd) {
        debug_assert!(!needs_drop::<T>() || self.state.get() != State::Alive);
        self.state.set(State::Empty);
    }

    /// Ends the value.
    pub(crate) fn end(&self, _: &AtEnd) {
        // Before the drop: in its own destructor the value is gone already, as std has it.
        if self.state.replace(State::Gone) != State::Alive {
            return;
        }
        contain(Blame::Thread, || {
            let value = self.value.get();
            // SAFETY: 1. It was initialised, by the invariant, and is not again: the state is `Gone`.
            // 2. No reference is held, by `AtEnd`; none can be had, since `get` asks for `Alive`.
            let value = unsafe { &mut *value };
            // SAFETY: 1., as before.
            unsafe { value.assume_init_drop() };
        });
    }
}

// Or std would register a destructor, and refuse the access after it; what is kept elsewhere is freed without one.
const _: () = assert!(!needs_drop::<Slot<String>>() && !needs_drop::<Filled<String>>());

/// A slot whose initialiser runs.
pub(crate) struct Filling<'a, T>(&'a Slot<T>);

impl<'a, T> Filling<'a, T> {
    pub(crate) fn fill(self, value: T) -> &'a T {
        let slot = self.0;
        // The state is this function's from here on.
        std::mem::forget(self);
        let place = slot.value.get();
        // SAFETY: 1. The state was `Busy`: no value is overwritten, and `get` has given no reference.
        // 2. The cell is not `Sync`, so no other thread looks.
        let place = unsafe { &mut *place };
        place.write(value);
        slot.state.set(State::Alive);
        // SAFETY: written just now.
        unsafe { slot.reference() }
    }
}

impl<T> Drop for Filling<'_, T> {
    fn drop(&mut self) {
        self.0.state.set(State::Empty);
    }
}

/// The slot of a key with a `const` initialiser: the value is in place from the start.
///
/// Invariant: the state is not `Empty` or `Busy`.
pub struct Filled<T>(Slot<T>);

impl<T> Filled<T> {
    #[doc(hidden)]
    pub const fn new(value: T) -> Self {
        Self(Slot {
            state: Cell::new(State::Fresh),
            value: UnsafeCell::new(MaybeUninit::new(value)),
        })
    }

    pub(crate) fn state(&self) -> State {
        self.0.state()
    }

    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// The first use; the value is to be ended from now on.
    pub(crate) fn begin(&self) -> Option<&T> {
        if self.0.state() == State::Fresh {
            self.0.state.set(State::Alive);
        }
        self.get()
    }

    pub(crate) fn end(&self, at_end: &AtEnd) {
        self.0.end(at_end);
    }

    /// Leaves the slot as that of a new thread, once its value has ended or needs no end.
    pub(crate) fn renew(&self, at_end: &AtEnd, value: T) {
        self.0.renew(at_end);
        self.0.state.set(State::Busy);
        Filling(&self.0).fill(value);
        self.0.state.set(State::Fresh);
    }
}
