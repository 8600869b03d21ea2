//! The `Cell` and `RefCell` shortcuts of `Local`.

use std::cell::{Cell, RefCell};

use super::Local;

impl<T: Send + 'static> Local<Cell<T>> {
    /// Sets the current thread's value; where this is the first use, instead of running the initialiser.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// let x = threadkit::Local::new(|| Cell::new(1));
    /// x.set(123);
    /// assert_eq!(x.get(), 123);
    /// ```
    #[track_caller]
    pub fn set(&self, value: T) {
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
    /// As [`with`](Local::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// let x = threadkit::Local::new(|| Cell::new(1));
    /// assert_eq!(x.get(), 1);
    /// ```
    #[inline]
    #[track_caller]
    pub fn get(&self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the current thread's value, leaving `T::default()`.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// let x = threadkit::Local::new(|| Cell::new(1));
    /// assert_eq!(x.take(), 1);
    /// assert_eq!(x.take(), 0);
    /// ```
    #[inline]
    #[track_caller]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Puts `value` in the place of the current thread's value, and gives that back.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::Cell;
    /// let x = threadkit::Local::new(|| Cell::new(1));
    /// assert_eq!(x.replace(2), 1);
    /// assert_eq!(x.replace(3), 2);
    /// ```
    #[inline]
    #[track_caller]
    pub fn replace(&self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: Send + 'static> Local<RefCell<T>> {
    /// Calls `f` with a reference to what the current thread's `RefCell` holds.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does, and where it is mutably borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));
    /// assert!(x.with_borrow(Vec::is_empty));
    /// ```
    #[inline]
    #[track_caller]
    pub fn with_borrow<F, R>(&self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        self.with(|cell| f(&cell.borrow()))
    }

    /// Calls `f` with a mutable reference to what the current thread's `RefCell` holds.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));
    /// x.with_borrow_mut(|v| v.push(1));
    /// assert_eq!(x.take(), [1]);
    /// ```
    #[inline]
    #[track_caller]
    pub fn with_borrow_mut<F, R>(&self, f: F) -> R
    where
        F: FnOnce(&mut T) -> R,
    {
        self.with(|cell| f(&mut cell.borrow_mut()))
    }

    /// Sets what the current thread's `RefCell` holds; where this is the first use, instead of running the initialiser.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));
    /// x.set(vec![1, 2]);
    /// assert_eq!(x.take(), [1, 2]);
    /// ```
    #[track_caller]
    pub fn set(&self, value: T) {
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
    /// As [`with`](Local::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));
    /// x.with_borrow_mut(|v| v.push(1));
    /// assert_eq!(x.take(), [1]);
    /// assert!(x.take().is_empty());
    /// ```
    #[inline]
    #[track_caller]
    pub fn take(&self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Puts `value` in the place of what the current thread's `RefCell` holds, and gives that back.
    ///
    /// # Panics
    ///
    /// As [`with`](Local::with) does, and where it is borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::cell::RefCell;
    /// let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));
    /// assert!(x.replace(vec![1]).is_empty());
    /// assert_eq!(x.take(), [1]);
    /// ```
    #[inline]
    #[track_caller]
    pub fn replace(&self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}
