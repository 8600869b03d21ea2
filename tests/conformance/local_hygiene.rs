//! What `local!` expands to passes the strictest of users: no `unsafe`, no warning, no name taken from the prelude for
//! granted.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]
#![deny(clippy::all, clippy::pedantic)]
#![allow(missing_copy_implementations)]

use ::std::assert_eq;
use ::std::cell::{Cell, RefCell};

/// Names that a user may have.
#[allow(dead_code)]
mod std {}
#[allow(dead_code)]
mod core {}
#[allow(dead_code, non_camel_case_types)]
mod names {
    pub(crate) struct Option;
    pub(crate) struct Some;
    pub(crate) struct Result;
    pub(crate) struct Send;
    pub(crate) struct String;
}
#[allow(unused_imports)]
use names::*;

::threadkit::local! {}

::threadkit::local! {
    /// The last needs no semicolon.
    pub static LAST: Cell<u8> = const { Cell::new(1) }
}

/// Doc comments, visibilities and attributes of all kinds.
pub mod keys {
    use super::{Cell, RefCell};

    fn init() -> u8 {
        3
    }

    ::threadkit::local! {
        /// One line,
        /// and one more,
        /// and so on:
        /// the fourth,
        /// the fifth.
        pub static PUBLIC: Cell<u8> = Cell::new(init());
        #[allow(dead_code)]
        pub(crate) static CRATE: Cell<u8> = const { Cell::new(2) };
        #[cfg(any())]
        static ABSENT: NoSuchType = no_such_function();
        #[inherit]
        /// A list.
        #[doc(alias = "inherited")]
        pub static INHERITED: RefCell<::std::vec::Vec<u8>> = const { RefCell::new(::std::vec::Vec::new()) };
        /// Of a type that is no `RefCell`.
        #[inherit]
        pub static COUNT: Cell<u8> = Cell::new(7);
        pub(super) static MAYBE: ::std::option::Option<u8> = const { ::std::option::Option::None };
        pub(super) static COERCED: ::std::boxed::Box<dyn Fn() -> u8> = ::std::boxed::Box::new(|| 5);
        pub(super) static EARLY: u8 = {
            if init() == 3 {
                return 4;
            }
            6
        };
    }
    use ::std::ops::Fn;
}

macro_rules! declare {
    ($vis:vis $name:ident: $t:ty = $init:expr) => {
        ::threadkit::local! {
            /// Declared by a macro.
            $vis static $name: $t = $init;
        }
    };
}
declare!(pub(crate) BY_MACRO: Cell<u16> = Cell::new(9));

#[test]
fn all_of_them_work() {
    ::threadkit::local! { static IN_A_FUNCTION: Cell<u8> = Cell::new(8); }
    assert_eq!(LAST.get(), 1);
    assert_eq!(keys::PUBLIC.get(), 3);
    assert_eq!(keys::CRATE.get(), 2);
    assert_eq!(keys::INHERITED.take(), [] as [u8; 0]);
    assert_eq!(keys::COUNT.get(), 7);
    keys::MAYBE.with(|maybe| assert_eq!(maybe, &::std::option::Option::None));
    assert_eq!(keys::COERCED.with(|f| f()), 5);
    assert_eq!(keys::EARLY.with(|early| *early), 4);
    assert_eq!(BY_MACRO.get(), 9);
    assert_eq!(IN_A_FUNCTION.get(), 8);
}
