//! The `Cell` and `RefCell` shortcuts of the keys.

use std::cell::{Cell, RefCell};

use super::LocalKey;

impl<T: 'static> LocalKey<Cell<T>> {
    /// Sets the current thread's value; where this is the first use, instead of running the initialiser.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// threadkit::local! { static X: Cell<i32> = Cell::new(1); }
    /// X.set(123);
    /// assert_eq!(X.get(), 123);
    /// ```
    #[track_caller]
    pub fn set(&'static self, value: T) {
        match self.put(Cell::new(value)) {
            Ok(None) => {}
            Ok(Some(value)) => self.with(|cell| cell.set(value.into_inner())),
            Err(error) => error.panic(),
        }
    }

    /// A copy of the current thread's value.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// threadkit::local! { static X: Cell<i32> = Cell::new(1); }
    /// assert_eq!(X.get(), 1);
    /// ```
    #[inline]
    #[track_caller]
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the current thread's value, leaving `T::default()`.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// threadkit::local! { static X: Cell<i32> = Cell::new(1); }
    /// assert_eq!(X.take(), 1);
    /// assert_eq!(X.take(), 0);
    /// ```
    #[inline]
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Puts `value` in the place of the current thread's value, and gives that back.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// threadkit::local! { static X: Cell<i32> = Cell::new(1); }
    /// assert_eq!(X.replace(2), 1);
    /// assert_eq!(X.replace(3), 2);
    /// ```
    #[inline]
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `f` with a reference to what the current thread's `RefCell` holds.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does, and where it is mutably borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }
    /// assert!(X.with_borrow(Vec::is_empty));
    /// ```
    #[inline]
    #[track_caller]
    pub fn with_borrow<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Calls `f` with a mutable reference to what the current thread's `RefCell` holds.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }
    /// X.with_borrow_mut(|v| v.push(1));
    /// assert_eq!(X.take(), [1]);
    /// ```
    #[inline]
    #[track_caller]
    pub fn with_borrow_mut<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// Sets what the current thread's `RefCell` holds; where this is the first use, instead of running the initialiser.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }
    /// X.set(vec![1, 2]);
    /// assert_eq!(X.take(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn set(&'static self, value: T) {
        match self.put(RefCell::new(value)) {
            Ok(None) => {}
            Ok(Some(value)) => self.with_borrow_mut(|held| *held = value.into_inner()),
            Err(error) => error.panic(),
        }
    }

    /// Takes what the current thread's `RefCell` holds, leaving `T::default()`.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }
    /// X.with_borrow_mut(|v| v.push(1));
    /// assert_eq!(X.take(), [1]);
    /// assert!(X.take().is_empty());
    /// ```
    #[inline]
    #[track_caller]
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Puts `value` in the place of what the current thread's `RefCell` holds, and gives that back.
    ///
    /// # Panics
    ///
    /// As [`with`](LocalKey::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }
    /// assert!(X.replace(vec![1]).is_empty());
    /// assert_eq!(X.take(), [1]);
    /// ```
    #[inline]
    #[track_caller]
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}
