//! The `Cell` and `RefCell` shortcuts of keys and of instances, which are the same.

use std::cell::{Cell, RefCell};

use super::{Local, LocalKey};

/// The shortcuts of `$Owner`, whose methods take `&$($static)? self`. The rest is for the examples: `$x` is the name of
/// an owner there, made by the lines `$cell` and `$ref_cell`, of a `Cell` with 1 and of a `RefCell` with an empty vector.
macro_rules! shortcuts {
    (
        $Owner:ident<T: $($bound:ident +)? 'static>, &$($static:lifetime)? self,
        $x:literal, $cell:literal, $ref_cell:literal
    ) => {
        impl<T: $($bound +)? 'static> $Owner<Cell<T>> {
            /// Sets the current thread's value; where this is the first use, instead of running the initialiser.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::Cell;
            #[doc = $cell]
            #[doc = concat!($x, ".set(123);")]
            #[doc = concat!("assert_eq!(", $x, ".get(), 123);")]
            /// ```
            #[track_caller]
            pub fn set(&$($static)? self, value: T) {
                match self.put(Cell::new(value)) {
                    Ok(None) => {}
                    Ok(Some(value)) => self.with(|cell| cell.set(value.into_inner())),
                    Err(error) => error.panic(),
                }
            }

            /// Takes the current thread's value, leaving `T::default()`.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::Cell;
            #[doc = $cell]
            #[doc = concat!("assert_eq!(", $x, ".take(), 1);")]
            #[doc = concat!("assert_eq!(", $x, ".take(), 0);")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn take(&$($static)? self) -> T
            where
                T: Default,
            {
                self.with(Cell::take)
            }

            /// Puts `value` in the place of the current thread's value, and gives that back.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::Cell;
            #[doc = $cell]
            #[doc = concat!("assert_eq!(", $x, ".replace(2), 1);")]
            #[doc = concat!("assert_eq!(", $x, ".replace(3), 2);")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn replace(&$($static)? self, value: T) -> T {
                self.with(|cell| cell.replace(value))
            }
        }

        impl<T: $($bound +)? 'static> $Owner<RefCell<T>> {
            /// Calls `f` with a reference to what the current thread's `RefCell` holds.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does, and where it is mutably borrowed.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::RefCell;
            #[doc = $ref_cell]
            #[doc = concat!("assert!(", $x, ".with_borrow(Vec::is_empty));")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn with_borrow<F, R>(&$($static)? self, f: F) -> R
            where
                F: FnOnce(&T) -> R,
            {
                self.with(|cell| f(&cell.borrow()))
            }

            /// Calls `f` with a mutable reference to what the current thread's `RefCell` holds.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does, and where it is borrowed.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::RefCell;
            #[doc = $ref_cell]
            #[doc = concat!($x, ".with_borrow_mut(|v| v.push(1));")]
            #[doc = concat!("assert_eq!(", $x, ".take(), [1]);")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn with_borrow_mut<F, R>(&$($static)? self, f: F) -> R
            where
                F: FnOnce(&mut T) -> R,
            {
                self.with(|cell| f(&mut cell.borrow_mut()))
            }

            /// Sets what the current thread's `RefCell` holds; where this is the first use, instead of running the
            /// initialiser.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does, and where it is borrowed.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::RefCell;
            #[doc = $ref_cell]
            #[doc = concat!($x, ".set(vec![1, 2]);")]
            #[doc = concat!("assert_eq!(", $x, ".take(), [1, 2]);")]
            /// ```
            #[track_caller]
            pub fn set(&$($static)? self, value: T) {
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
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does, and where it is borrowed.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::RefCell;
            #[doc = $ref_cell]
            #[doc = concat!($x, ".with_borrow_mut(|v| v.push(1));")]
            #[doc = concat!("assert_eq!(", $x, ".take(), [1]);")]
            #[doc = concat!("assert!(", $x, ".take().is_empty());")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn take(&$($static)? self) -> T
            where
                T: Default,
            {
                self.with(RefCell::take)
            }

            /// Puts `value` in the place of what the current thread's `RefCell` holds, and gives that back.
            ///
            /// # Panics
            ///
            #[doc = concat!("As [`with`](", stringify!($Owner), "::with) does, and where it is borrowed.")]
            ///
            /// # Examples
            ///
            /// ```
            /// # use std::cell::RefCell;
            #[doc = $ref_cell]
            #[doc = concat!("assert!(", $x, ".replace(vec![1]).is_empty());")]
            #[doc = concat!("assert_eq!(", $x, ".take(), [1]);")]
            /// ```
            #[inline]
            #[track_caller]
            pub fn replace(&$($static)? self, value: T) -> T {
                self.with(|cell| cell.replace(value))
            }
        }
    };
}

shortcuts!(
    LocalKey<T: 'static>,
    &'static self,
    "X",
    "threadkit::local! { static X: Cell<i32> = Cell::new(1); }",
    "threadkit::local! { static X: RefCell<Vec<i32>> = RefCell::default(); }"
);

shortcuts!(
    Local<T: 'static>,
    &self,
    "x",
    "let x = threadkit::Local::new(|| Cell::new(1));",
    "let x = threadkit::Local::new(|| RefCell::new(Vec::<i32>::new()));"
);

impl<T: 'static> LocalKey<Cell<T>> {
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
}
