//! [`Seat`]: where a thread's own handle lies, which a kept thread has anew for each of its objects.

use std::cell::UnsafeCell;

/// A place for one value that is lent to closures. As a `OnceCell`, but what [`hold`](Self::hold) puts in it leaves it
/// again.
pub(crate) struct Seat<T>(UnsafeCell<Option<T>>);

impl<T> Seat<T> {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(None))
    }

    #[inline]
    fn get(&self) -> Option<&T> {
        // SAFETY: 1. A mutable reference is made by `set` and `hold` alone, each for a step that calls nothing of others.
        // 2. It is made while nobody has this one: `set` is called where the seat is empty, and this is then a reference
        //    to nothing. `hold` empties the seat when its `f` has returned. This reference does not leave a closure of
        //    `with` or `look`, and such a closure that found the value was called in `f`, hence has returned, too: before
        //    `f` the seat was empty.
        // 3. The cell is not `Sync`, so all of this is one thread.
        unsafe { &*self.0.get() }.as_ref()
    }

    /// Calls `f` with the value, which `init` makes where there is none.
    #[inline]
    pub(crate) fn with<R>(&self, init: impl FnOnce() -> T, f: impl FnOnce(&T) -> R) -> R {
        match self.get() {
            Some(value) => f(value),
            None => self.with_new(init(), f),
        }
    }

    #[cold]
    fn with_new<R>(&self, value: T, f: impl FnOnce(&T) -> R) -> R {
        self.set(value);
        f(self.get().expect("it was set just now"))
    }

    /// Calls `f` with the value, if there is one.
    #[inline]
    pub(crate) fn look<R>(&self, f: impl FnOnce(&T) -> R) -> Option<R> {
        self.get().map(f)
    }

    /// Puts the value in its place, which is empty.
    pub(crate) fn set(&self, value: T) {
        assert!(self.get().is_none(), "a thread begins once");
        // SAFETY: as in `get`. Nobody has a reference to a value, since there is none.
        unsafe { *self.0.get() = Some(value) };
    }

    /// Has the value in its place, which is empty, while `f` is called; then gives it back. If `f` unwinds, it stays.
    pub(crate) fn hold(&self, value: T, f: impl FnOnce()) -> T {
        self.set(value);
        f();
        // SAFETY: as in `get`: who was lent the value, was lent it in `f`.
        let value = unsafe { (*self.0.get()).take() };
        value.expect("`set` and `hold` refuse a seat that is taken")
    }

    /// Empties the place for good.
    pub(crate) fn take(&mut self) -> Option<T> {
        self.0.get_mut().take()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Seat;

    #[test]
    fn what_is_held_leaves_the_seat() {
        let seat = Seat::new();
        for value in 1..=3 {
            let held = seat.hold(value, || assert_eq!(seat.look(|held| *held), Some(value)));
            assert_eq!((held, seat.look(|held| *held)), (value, None));
        }
        assert_eq!(seat.with(|| 4, |held| *held), 4);
        assert_eq!(seat.with(|| 5, |held| *held), 4);
    }

    #[test]
    fn a_seat_that_is_taken_is_refused() {
        let seat = Seat::new();
        seat.set(String::from("who sits"));
        seat.look(|sitting| {
            let refused = || drop(seat.hold(String::from("who comes"), || ()));
            assert!(catch_unwind(AssertUnwindSafe(refused)).is_err());
            assert_eq!(sitting, "who sits");
        });
    }

    #[test]
    fn an_initialiser_may_find_the_seat_taken_and_left() {
        let seat = Seat::new();
        let init = || seat.hold(1, || assert_eq!(seat.look(|held| *held), Some(1))) + 1;
        assert_eq!(seat.with(init, |held| *held), 2);
    }
}
