//! What a thread is started with: copies of its starter's `#[inherit]` values.

use std::cell::RefCell;
use std::io;

use crate::base::guest;
use crate::os::local::{Parcel, heirs};

/// The values a new thread inherits.
#[derive(Default)]
pub(crate) struct Inherited(Vec<Parcel>);

impl Inherited {
    /// Copies the current thread's `#[inherit]` values; free where there are none. In a box, since the
    /// start of every thread has room for it.
    ///
    /// # Errors
    ///
    /// A value that is mutably borrowed, by name.
    ///
    /// # Panics
    ///
    /// Where a `Clone` does; the copies made so far are dropped.
    pub(crate) fn capture() -> io::Result<Option<Box<Self>>> {
        let mut inherited: Option<Box<Self>> = None;
        for key in heirs() {
            if let Some(parcel) = key.bequeath()? {
                inherited.get_or_insert_default().0.push(parcel);
            }
        }
        Ok(inherited)
    }

    /// Gives the copies to the current thread, before it runs code of the user's.
    pub(crate) fn install(mut self) {
        for unpack in std::mem::take(&mut self.0) {
            unpack();
        }
    }
}

impl Drop for Inherited {
    /// Copies whose thread did not start; they may be dropped in an unwind, where a second panic would abort.
    fn drop(&mut self) {
        for parcel in self.0.drain(..) {
            guest::drop(parcel);
        }
    }
}

/// What an `#[inherit]` value must be.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inherited by threads",
    label = "not `Clone + Send`",
    note = "the value of an `#[inherit]` static is cloned and sent to the new thread: its type must be `Clone + Send`"
)]
pub trait Inheritable: Send {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send> Inheritable for T {}

/// A value that the macro copies. Its call `(&&&Via(value)).__threadkit_copy()` finds the method with most references
/// first: that of `RefCell`s, that of what is `Clone`, and last one for what is not, which keeps the compiler from
/// adding its own words to those of [`Inheritable`].
#[doc(hidden)]
#[derive(Debug)]
pub struct Via<'a, T>(pub &'a T);

#[doc(hidden)]
pub trait ByBorrow<T> {
    fn __threadkit_copy(&self) -> Option<T>;
}

impl<T: Clone> ByBorrow<RefCell<T>> for &&Via<'_, RefCell<T>> {
    fn __threadkit_copy(&self) -> Option<RefCell<T>> {
        Some(RefCell::new(self.0.try_borrow().ok()?.clone()))
    }
}

#[doc(hidden)]
pub trait ByClone<T> {
    fn __threadkit_copy(&self) -> Option<T>;
}

impl<T: Clone> ByClone<T> for &Via<'_, T> {
    fn __threadkit_copy(&self) -> Option<T> {
        Some(self.0.clone())
    }
}

#[doc(hidden)]
pub trait ByNothing<T> {
    fn __threadkit_copy(&self) -> Option<T>;
}

impl<T> ByNothing<T> for Via<'_, T> {
    fn __threadkit_copy(&self) -> Option<T> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::panic::catch_unwind;
    use std::thread;

    use super::Inherited;

    crate::local! {
        #[inherit]
        static NUMBER: Cell<u32> = const { Cell::new(1) };
        #[inherit]
        static TEXT: RefCell<String> = RefCell::new("own".to_owned());
        #[inherit]
        static FUSE: Fuse = Fuse(Cell::new(false));
    }

    /// Its `Clone` panics once it is lit.
    struct Fuse(Cell<bool>);

    impl Clone for Fuse {
        fn clone(&self) -> Self {
            assert!(!self.0.get(), "lit");
            Self(Cell::new(false))
        }
    }

    fn on_a_new_thread<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
        thread::spawn(f).join().unwrap()
    }

    /// What a thread started from here sees.
    fn child() -> (u32, String) {
        let inherited = Inherited::capture().unwrap();
        on_a_new_thread(|| {
            if let Some(inherited) = inherited {
                inherited.install();
            }
            (NUMBER.get(), TEXT.take())
        })
    }

    #[test]
    fn only_values_that_the_starter_has_are_copied() {
        on_a_new_thread(|| {
            assert!(Inherited::capture().unwrap().is_none());
            assert_eq!(child(), (1, "own".to_owned()));
            NUMBER.set(2);
            assert_eq!(child(), (2, "own".to_owned()));
            TEXT.set("inherited".to_owned());
            assert_eq!(child(), (2, "inherited".to_owned()));
            assert_eq!((NUMBER.get(), TEXT.take()), (2, "inherited".to_owned()));
        });
    }

    #[test]
    fn what_was_inherited_is_inherited_further() {
        on_a_new_thread(|| {
            NUMBER.set(3);
            let inherited = Inherited::capture().unwrap();
            on_a_new_thread(|| {
                inherited.unwrap().install();
                assert_eq!(child().0, 3);
            });
        });
    }

    #[test]
    fn a_mutable_borrow_is_an_error_that_names_the_static() {
        on_a_new_thread(|| {
            let message = TEXT.with_borrow_mut(|_| Inherited::capture().err().unwrap().to_string());
            assert!(message.contains("inherit::tests::TEXT`"), "{message}");
            assert!(TEXT.with_borrow(|_| Inherited::capture()).is_ok());
        });
    }

    #[test]
    fn a_clone_that_panics_leaves_nothing_behind() {
        on_a_new_thread(|| {
            NUMBER.set(4);
            FUSE.with(|fuse| fuse.0.set(true));
            assert!(catch_unwind(Inherited::capture).is_err());
            FUSE.with(|fuse| fuse.0.set(false));
            assert_eq!(child().0, 4);
        });
    }

    #[test]
    fn destroyed_values_are_not_inherited() {
        on_a_new_thread(|| {
            crate::local::enclose(|| NUMBER.set(5));
            assert!(NUMBER.try_with(Cell::get).is_err());
            assert!(Inherited::capture().unwrap().is_none());
        });
    }
}
