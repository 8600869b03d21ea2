//! The three receivers of `run`, and where each keeps the object.

use std::convert::Infallible;
use std::marker::PhantomData;

use crate::base::guest::{self, Payload};
use crate::base::primitive::parking_lot::Mutex;
use crate::class::{Judge, ThreadClass};
use crate::core::exception::Failure;

/// What has become of a `run`.
pub struct Outcome<C: ThreadClass> {
    /// What it returned, if it did.
    pub(crate) value: Option<C::Output>,
    /// The failure that the value is, if it is one; or the payload that `run` unwound with, or who judged its value.
    pub(crate) judged: Result<Option<Failure>, Payload>,
}

impl<C: ThreadClass> Outcome<C> {
    /// Calls `run` and judges its value, which stays where the judge panics.
    fn of(run: impl FnOnce() -> C::Output, judge: Judge<C>) -> Self {
        let mut value = None;
        let judged = guest::caught(|| judge(value.insert(run())));
        Self { value, judged }
    }
}

/// The receiver of `C`'s `run`.
pub(crate) type This<'a, C> = <<C as ThreadClass>::Receiver as Receives<C>>::This<'a>;

/// Where `C`'s object is kept from `start` on.
pub(crate) type StoreOf<C> = <<C as ThreadClass>::Receiver as RunsOnAnotherThread<C>>::Store;

/// The type of the object as `run` takes it.
///
/// Apart from [`RunsOnAnotherThread`] and for every `C`, so that a class that cannot be sent or shared is
/// reported once, at its receiver, and not at its `run` again.
pub trait Receives<C>: Sized {
    /// `&C`, `&mut C` or `C`.
    type This<'a>
    where
        C: 'a;
}

/// How `run` takes the object; sealed, as `sealed::Store` cannot be named outside.
///
/// `CHECKED` is false where a field is blamed already for what the class lacks: the class then does
/// not compile, and is not looked at as a whole (see `fields.rs`).
pub trait RunsOnAnotherThread<C>: Receives<C> {
    /// Where the object is kept from `start` on.
    #[doc(hidden)]
    type Store: sealed::Store<C, Receiver = Self>;
}

/// `run(&self)`: the object is shared, the handle derefs to it.
#[derive(Debug)]
pub struct ByRef<const CHECKED: bool = true>;

/// `run(&mut self)`: the thread owns the object and hands it back at its end.
#[derive(Debug)]
pub struct ByMut<const CHECKED: bool = true>;

/// `run(self)`: the thread consumes the object.
#[derive(Debug)]
pub struct ByValue<const CHECKED: bool = true>;

/// `run(&self)`.
pub trait SharesObject {}

impl<const CHECKED: bool> SharesObject for ByRef<CHECKED> {}

/// Receivers that leave an object for [`Thread::into_object`](crate::Thread::into_object).
#[diagnostic::on_unimplemented(
    message = "`run(self)` consumes the object, so there is none to hand back",
    label = "not with `run(self)`",
    note = "with `run(&mut self)` the thread owns the object while it runs, and hands it back at its end"
)]
pub trait KeepsObject {}

#[diagnostic::do_not_recommend]
impl<const CHECKED: bool> KeepsObject for ByRef<CHECKED> {}
#[diagnostic::do_not_recommend]
impl<const CHECKED: bool> KeepsObject for ByMut<CHECKED> {}

impl<C, const CHECKED: bool> Receives<C> for ByRef<CHECKED> {
    type This<'a>
        = &'a C
    where
        C: 'a;
}

impl<C: Send + Sync> RunsOnAnotherThread<C> for ByRef {
    type Store = SharedStore<C>;
}

impl<C> RunsOnAnotherThread<C> for ByRef<false> {
    type Store = NoStore<Self>;
}

impl<C, const CHECKED: bool> Receives<C> for ByMut<CHECKED> {
    type This<'a>
        = &'a mut C
    where
        C: 'a;
}

impl<C: Send> RunsOnAnotherThread<C> for ByMut {
    type Store = OwnedStore<C, Self>;
}

impl<C> RunsOnAnotherThread<C> for ByMut<false> {
    type Store = NoStore<Self>;
}

impl<C, const CHECKED: bool> Receives<C> for ByValue<CHECKED> {
    type This<'a>
        = C
    where
        C: 'a;
}

impl<C: Send> RunsOnAnotherThread<C> for ByValue {
    type Store = OwnedStore<C, Self>;
}

impl<C> RunsOnAnotherThread<C> for ByValue<false> {
    type Store = NoStore<Self>;
}

pub(crate) mod sealed {
    //! Unusual method names: when a user calls a missing method, rustc lists every trait that has one of that name.

    use super::{Outcome, RunsOnAnotherThread, ThreadClass};

    pub trait Store<C>: Send + Sync {
        type Receiver: RunsOnAnotherThread<C>;

        fn keep(object: C) -> Self;
        /// The object as other threads see it, where `run` shares it.
        fn shared(&self) -> Option<&C>;
        /// Takes the object out: before `run` has begun, or after its end.
        fn take(&mut self) -> Option<C>;
        /// The same through a shared reference, where `run` did not share the object.
        fn take_exclusive(&self) -> Option<C>;
        fn run_kept(&self) -> Outcome<C>
        where
            C: ThreadClass<Receiver = Self::Receiver>;
    }

    /// Receivers that own the object.
    pub trait Owns<C>: RunsOnAnotherThread<C> {
        /// Calls `run` with the object, which is there, and leaves what is left of it.
        fn run_owned(object: &mut Option<C>) -> C::Output
        where
            C: ThreadClass<Receiver = Self>;
    }
}

/// The object of a `run(&self)` class. The option is empty only in [`Drop`].
#[doc(hidden)]
pub struct SharedStore<C>(Option<C>);

impl<C: Send + Sync> sealed::Store<C> for SharedStore<C> {
    type Receiver = ByRef;

    fn keep(object: C) -> Self {
        Self(Some(object))
    }

    fn shared(&self) -> Option<&C> {
        self.0.as_ref()
    }

    fn take(&mut self) -> Option<C> {
        self.0.take()
    }

    fn take_exclusive(&self) -> Option<C> {
        None
    }

    fn run_kept(&self) -> Outcome<C>
    where
        C: ThreadClass<Receiver = ByRef>,
    {
        let object = self.0.as_ref().expect("the object stays until its last handle goes");
        Outcome::of(|| C::__run(object), object.__judge())
    }
}

/// The object of a class whose `run` is given it: absent while it runs.
#[doc(hidden)]
pub struct OwnedStore<C, R>(Mutex<Option<C>>, PhantomData<fn() -> R>);

impl<C: Send, R: sealed::Owns<C>> sealed::Store<C> for OwnedStore<C, R> {
    type Receiver = R;

    fn keep(object: C) -> Self {
        Self(Mutex::new(Some(object)), PhantomData)
    }

    fn shared(&self) -> Option<&C> {
        None
    }

    fn take(&mut self) -> Option<C> {
        self.0.get_mut().take()
    }

    fn take_exclusive(&self) -> Option<C> {
        // Nobody is waited for: who holds the lock takes the object, or is the thread that has just taken
        // it. In a fork's child it may be one who is not there.
        self.0.try_lock()?.take()
    }

    fn run_kept(&self) -> Outcome<C>
    where
        C: ThreadClass<Receiver = R>,
    {
        let mut object = self.take_exclusive();
        let judge = object.as_ref().expect("a thread begins once").__judge();
        let outcome = Outcome::of(|| R::run_owned(&mut object), judge);
        *self.0.lock() = object;
        outcome
    }
}

impl<C: Send> sealed::Owns<C> for ByMut {
    fn run_owned(object: &mut Option<C>) -> C::Output
    where
        C: ThreadClass<Receiver = Self>,
    {
        C::__run(object.as_mut().expect("the store has seen it"))
    }
}

impl<C: Send> sealed::Owns<C> for ByValue {
    fn run_owned(object: &mut Option<C>) -> C::Output
    where
        C: ThreadClass<Receiver = Self>,
    {
        C::__run(object.take().expect("the store has seen it"))
    }
}

/// The store of a class that does not compile, since a field is blamed.
#[doc(hidden)]
pub struct NoStore<R>(Infallible, PhantomData<R>);

impl<C, R: RunsOnAnotherThread<C> + Send + Sync> sealed::Store<C> for NoStore<R> {
    type Receiver = R;

    fn keep(_: C) -> Self {
        unreachable!("a field of the class is blamed")
    }

    fn shared(&self) -> Option<&C> {
        match self.0 {}
    }

    fn take(&mut self) -> Option<C> {
        match self.0 {}
    }

    fn take_exclusive(&self) -> Option<C> {
        match self.0 {}
    }

    fn run_kept(&self) -> Outcome<C>
    where
        C: ThreadClass<Receiver = R>,
    {
        match self.0 {}
    }
}
