//! A field that cannot go to the thread is blamed where it stands, and nowhere else.
//!
//! Whether a class can be sent and shared the compiler checks as a whole, at the receiver of `run`.
//! The struct's attribute knows the fields, the impl's the receiver: here they meet. Where the class cannot go to the
//! thread, the struct blames those of its fields that are at fault, and the check of the whole
//! [rests](crate::receiver::RunsOnAnotherThread), since that would only say it again.
//!
//! Both ask by [`Probe`], which tells in a constant what is known of a type. What depends on a
//! parameter is not known yet: of a generic class the whole is checked.

use std::marker::PhantomData;

use crate::class::ThreadClass;
use crate::class::receiver::SharesObject;

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

/// What the fields of a class are at fault for: one of the three below.
#[derive(Debug)]
pub struct Fault<const OF: u8>;

const NONE: u8 = 0;
const UNSENT: u8 = 1;
const UNSHARED: u8 = 2;

/// Tells by what is known of a class what its fields are at fault for.
#[must_use]
pub const fn fault(is_sent: bool, is_sync: bool, is_shared: bool) -> u8 {
    match (is_sent, is_sync, is_shared) {
        (false, ..) => UNSENT,
        (true, false, true) => UNSHARED,
        _ => NONE,
    }
}

/// Chooses the type that a field is blamed for: its own, or `()` where it is not at fault.
pub trait Blames {
    /// For not being `Send`.
    type Sent<F: ?Sized>: ?Sized;
    /// For not being `Sync`.
    type Shared<F: ?Sized>: ?Sized;
}

impl Blames for Fault<NONE> {
    type Sent<F: ?Sized> = ();
    type Shared<F: ?Sized> = ();
}

impl Blames for Fault<UNSENT> {
    type Sent<F: ?Sized> = F;
    type Shared<F: ?Sized> = ();
}

impl Blames for Fault<UNSHARED> {
    type Sent<F: ?Sized> = ();
    type Shared<F: ?Sized> = F;
}

/// A field's type, where the class cannot be sent.
pub type Sent<F, Of> = <Of as Blames>::Sent<F>;

/// A field's type, where the class cannot be shared.
pub type Shared<F, Of> = <Of as Blames>::Shared<F>;

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
