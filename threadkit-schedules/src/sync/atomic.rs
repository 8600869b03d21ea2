//! Atomics, each operation a step. All count as `SeqCst`: the threads of a schedule take turns.

/// What every atomic has.
macro_rules! atomic {
    ($of:expr, $name:ident [$($generic:tt)*], $value:ty) => {
        /// As std's.
        pub struct $name $($generic)* (std::sync::atomic::$name $($generic)*);

        impl $($generic)* $name $($generic)* {
            /// As std's.
            #[must_use]
            pub const fn new(value: $value) -> Self {
                Self(std::sync::atomic::$name::new(value))
            }

            /// As std's.
            #[track_caller]
            pub fn load(&self, _: Ordering) -> $value {
                step($of.look(), concat!(stringify!($name), "::load"));
                self.0.load(SeqCst)
            }

            /// As std's.
            #[track_caller]
            pub fn store(&self, value: $value, _: Ordering) {
                step($of.change(), concat!(stringify!($name), "::store"));
                self.0.store(value, SeqCst);
            }

            /// As std's.
            #[track_caller]
            pub fn swap(&self, value: $value, _: Ordering) -> $value {
                step($of.change(), concat!(stringify!($name), "::swap"));
                self.0.swap(value, SeqCst)
            }

            /// As std's.
            ///
            /// # Errors
            ///
            /// If it is another value.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                _: Ordering,
                _: Ordering,
            ) -> Result<$value, $value> {
                step($of.change(), concat!(stringify!($name), "::compare_exchange"));
                self.0.compare_exchange(current, new, SeqCst, SeqCst)
            }

            /// As std's; it does not fail without a reason.
            ///
            /// # Errors
            ///
            /// If it is another value.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }

            /// As std's.
            ///
            /// # Errors
            ///
            /// If `f` gives none.
            #[track_caller]
            pub fn fetch_update(
                &self,
                success: Ordering,
                failure: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut known = self.load(failure);
                loop {
                    let Some(new) = f(known) else { return Err(known) };
                    match self.compare_exchange(known, new, success, failure) {
                        Ok(before) => return Ok(before),
                        Err(now) => known = now,
                    }
                }
            }

            /// As std's.
            pub fn get_mut(&mut self) -> &mut $value {
                self.0.get_mut()
            }

            /// As std's.
            #[must_use]
            pub fn into_inner(self) -> $value {
                self.0.into_inner()
            }
        }

        impl $($generic)* From<$value> for $name $($generic)* {
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl $($generic)* fmt::Debug for $name $($generic)* {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl $($generic)* Default for $name $($generic)* {
            fn default() -> Self {
                Self(Default::default())
            }
        }
    };
}

/// An operation that changes the value and gives the one before.
macro_rules! fetch {
    ($of:expr, $name:ident, $value:ty, $($method:ident)*) => {
        impl $name {$(
            /// As std's.
            #[track_caller]
            pub fn $method(&self, value: $value, _: Ordering) -> $value {
                step($of.change(), concat!(stringify!($name), "::", stringify!($method)));
                self.0.$method(value, SeqCst)
            }
        )*}
    };
}

/// All of them.
macro_rules! atomics {
    ($of:expr) => {
        use std::fmt;
        use std::sync::atomic::Ordering::SeqCst;

        use crate::engine::step;
        use crate::sync::raw::Of;

        pub use std::sync::atomic::Ordering;

        atomics! { @integers $of,
            AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize,
            AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize
        }
        atomic!($of, AtomicBool [], bool);
        fetch!($of, AtomicBool, bool, fetch_and fetch_nand fetch_or fetch_xor);
        atomic!($of, AtomicPtr [<T>], *mut T);

        /// As std's.
        #[track_caller]
        pub fn fence(_: Ordering) {
            step($of.look(), "fence");
        }
    };
    (@integers $of:expr, $($name:ident $value:ty),*) => {$(
        atomic!($of, $name [], $value);
        fetch!(
            $of, $name, $value,
            fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min
        );
    )*};
}

pub(crate) use {atomic, atomics, fetch};

atomics!(Of::Test);
