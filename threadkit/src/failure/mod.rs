//! How a thread fails, and who is told.

pub(crate) mod exit;
pub(crate) mod hook;
pub(crate) mod judge;
pub(crate) mod panic_hook;
mod report;

use std::sync::Arc;

use crate::base::guest::{Blame, Payload};
#[cfg(threadkit_model)]
use crate::base::primitive::model;
use crate::core::exception::{Exception, Failure};
use crate::core::observe::{self, Moment};
use crate::thread::current::with_current;

/// The [hearer](crate::base::guest::Hearer) of threads that are started here. The current thread failed with a panic:
/// in `run`, or in the destructor of a thread-local. Or something panicked that this crate called or dropped for the
/// user, which is reported, but is no failure of the thread: a callback, an object's `Drop`.
pub(crate) fn panicked(blame: Blame, payload: Payload) {
    if exit::is_exit(&*payload) {
        return;
    }
    let exception = with_current(|thread| panic_hook::exception_of(payload, thread.record()));
    match blame {
        Blame::Thread => failed(exception),
        Blame::Nobody => with_current(|thread| hook::call(&Arc::new(exception), thread)),
    }
}

/// The `run` of the current thread returned an `Err`.
pub(crate) fn returned(failure: Failure) {
    if failure.orderly {
        with_current(|thread| thread.record().stop().set_heeded());
    } else {
        failed(with_current(|thread| {
            Exception::from_failure(failure, thread.name(), thread.class_name())
        }));
    }
}

/// The current thread failed: tells who listens and the hook, and those who join it.
fn failed(exception: Exception) {
    let exception = outlived(exception);
    with_current(|thread| {
        let record = thread.record();
        #[cfg(threadkit_model)]
        if !hook::is_customised(record) {
            model::failed(exception.key(), report::report(&exception, record));
        }
        record.set_failure(exception);
    });
}

/// What the current thread did failed, and it goes on, if that was done for another: tells who listens and the hook.
pub(crate) fn outlived(exception: Exception) -> Arc<Exception> {
    let exception = Arc::new(exception);
    with_current(|thread| {
        observe::tell(thread.record(), Moment::Fails(&exception));
        hook::call(&exception, thread);
    });
    exception
}
