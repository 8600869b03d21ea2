//! [`Callable`]: what a [`Target`](crate::Target) and a [`ScopedTarget`](crate::ScopedTarget) call.

use crate::core::exception::Failure;
use crate::failure::judge::AsFailure;

/// A closure that lives as long as `'a`, and how to tell whether what it returns is a failure.
pub(crate) struct Callable<'a, R> {
    call: Box<dyn FnOnce() -> R + Send + 'a>,
    judge: fn(&R) -> Option<Failure>,
}

impl<'a, R> Callable<'a, R> {
    pub(crate) fn new(f: impl FnOnce() -> R + Send + 'a) -> Self {
        Self { call: Box::new(f), judge: |_| None }
    }

    pub(crate) fn call(self) -> R {
        (self.call)()
    }

    pub(crate) fn judge(&self) -> fn(&R) -> Option<Failure> {
        self.judge
    }
}

impl<'a, T, E> Callable<'a, Result<T, E>> {
    pub(crate) fn fallible<Via>(f: impl FnOnce() -> Result<T, E> + Send + 'a) -> Self
    where
        E: AsFailure<Via>,
    {
        let judge = |output: &Result<T, E>| output.as_ref().err().map(AsFailure::as_failure);
        Self { call: Box::new(f), judge }
    }
}
