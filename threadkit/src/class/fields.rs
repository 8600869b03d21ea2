//! A field that cannot go to the thread is blamed where it stands, and nowhere else.
//!
//! Whether a class can be sent and shared the compiler checks as a whole, at the receiver of `run`.
//! The struct's attribute knows the fields, the impl's the receiver: here they meet. The struct
//! declares what its [fields allow](FieldsOf), and blames those that are at fault; where it does, the
//! check of the whole [rests](crate::receiver::RunReceiver), since that would only say it again.
//!
//! Both ask by [`Probe`], which tells in a constant what is known of a type. What depends on a
//! parameter is not known yet: of a generic class the whole is checked.

use std::marker::PhantomData;

use crate::class::receiver::SharesObject;
use crate::class::{Declared, ThreadClass};

/// What is known of `T`: a constant of its own where the bound holds, that of [`Unknown`] otherwise.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// What is not known of a type does not hold, and nobody is blamed for it.
pub trait Unknown {
    /// `T: Send`.
    const SEND: bool = false;
    /// `T: Sync`.
    const SYNC: bool = false;
    /// `run(&self)`.
    const SHARED: bool = false;
    /// What the struct declares.
    const FIELDS: FieldsOf = FieldsOf::NOT_AT_FAULT;
}

impl<T: ?Sized> Unknown for Probe<T> {}

impl<T: ?Sized + Send> Probe<T> {
    /// It can be sent.
    pub const SEND: bool = true;
}

impl<T: ?Sized + Sync> Probe<T> {
    /// It can be shared.
    pub const SYNC: bool = true;
}

impl<C: ThreadClass<Receiver: SharesObject>> Probe<C> {
    /// Its `run` takes `&self`.
    pub const SHARED: bool = true;
}

impl<C: Declared> Probe<C> {
    /// What its struct declares.
    pub const FIELDS: FieldsOf = C::FIELDS;
}

/// What the fields of a class allow.
#[derive(Clone, Copy, Debug)]
pub struct FieldsOf {
    /// None keeps the object from being sent.
    pub sent: bool,
    /// None keeps the object from being shared.
    pub shared: bool,
}

impl FieldsOf {
    /// Of a class whose fields are not looked at.
    pub const NOT_AT_FAULT: Self = Self { sent: true, shared: true };
}

/// A field's type, or `()` where it is not at fault.
pub type Blamed<F, const AT_FAULT: bool> = <Fault<AT_FAULT> as Choice>::Of<F>;

/// Whether a field is at fault.
#[derive(Debug)]
pub struct Fault<const IS: bool>;

/// Chooses a type.
pub trait Choice {
    /// `F` or `()`.
    type Of<F: ?Sized>: ?Sized;
}

impl Choice for Fault<true> {
    type Of<F: ?Sized> = F;
}

impl Choice for Fault<false> {
    type Of<F: ?Sized> = ();
}

/// A field of a class.
#[diagnostic::on_unimplemented(
    message = "a field of the thread class `{C}` cannot be sent to its thread",
    label = "`{Self}` is not `Send`",
    note = "the thread that calls `start` gives the object away, with all its fields; make what cannot be sent \
            in `run`, or use what can: `Arc` for `Rc`, `Mutex` or an atomic inside of an `Arc` for `RefCell` or `Cell`; \
            a trait object says it itself: `Box<dyn Fn(u32) + Send>`"
)]
pub trait FieldOf<C> {}

#[diagnostic::do_not_recommend]
impl<C, F: ?Sized + Send> FieldOf<C> for F {}

/// A field of a class whose `run` takes `&self`.
#[diagnostic::on_unimplemented(
    message = "a field of the thread class `{C}` cannot be shared between threads, as `run(&self)` shares the object",
    label = "`{Self}` is not `Sync`",
    note = "`run(&mut self)` would do: the thread then has the object for itself; \
            a trait object says it itself: `Box<dyn Fn(u32) + Send + Sync>`"
)]
pub trait SharedFieldOf<C> {}

#[diagnostic::do_not_recommend]
impl<C, F: ?Sized + Sync> SharedFieldOf<C> for F {}

/// Checks a field: its type where that may be to blame.
pub const fn check_field<C, Sent: ?Sized + FieldOf<C>, Shared: ?Sized + SharedFieldOf<C>>() {}
