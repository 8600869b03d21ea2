//! [`ThreadFuture`]: awaiting a thread.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::class::ThreadClass;
use crate::core::end::WakerKey;
use crate::core::record::Record;
use crate::join::{self, JoinError};
use crate::thread::Thread;

/// The end of a thread as a future: `thread.await` is [`Thread::value`] without blocking.
///
/// It needs no runtime: the thread's last destructor wakes the task, whatever executor runs it, and
/// no thread waits meanwhile. A future that is dropped loses nothing: the thread goes on, and its
/// value stays for another handle. `(&thread).await` leaves the handle in place.
///
/// The errors are those of [`Thread::value`], except that an await is not in the graph of joins,
/// since a task is tied to no thread. A task that is polled on the thread it awaits gets
/// [`CurrentThread`](JoinError::CurrentThread).
///
/// # Examples
///
/// ```
/// # use std::{future::Future, pin::pin, sync::Arc, task::{Context, Poll, Wake}, thread};
/// # struct Unpark(thread::Thread);
/// # impl Wake for Unpark { fn wake(self: Arc<Self>) { self.0.unpark() } }
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let (mut future, waker) = (pin!(future), Arc::new(Unpark(thread::current())).into());
/// #     loop {
/// #         if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) { return output }
/// #         thread::park();
/// #     }
/// # }
/// async fn sum(numbers: Vec<u64>) -> Result<u64, threadkit::JoinError> {
///     threadkit::spawn(move || numbers.iter().sum()).await
/// }
///
/// assert_eq!(block_on(sum(vec![1, 2, 3])).unwrap(), 6);
/// ```
#[doc(alias("await", "async"))]
#[must_use = "a future does nothing until it is awaited"]
pub struct ThreadFuture<C> {
    thread: Thread<C>,
    end: Awaiting,
}

impl<C: ThreadClass> Future for ThreadFuture<C> {
    type Output = Result<C::Output, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.end.is_pending(context.waker()) {
            Poll::Pending
        } else {
            Poll::Ready(self.thread.value())
        }
    }
}

/// A task's interest in the end of a thread.
pub(crate) struct Awaiting {
    record: Arc<Record>,
    key: Option<WakerKey>,
}

impl Awaiting {
    pub(crate) fn new(record: Arc<Record>) -> Self {
        Self { record, key: None }
    }

    /// Has `waker` woken by the end, unless a join would return at once: the thread is over, or may
    /// not be waited for.
    pub(crate) fn is_pending(&mut self, waker: &Waker) -> bool {
        matches!(join::is_over(&self.record), Ok(false)) && self.keep(waker.clone())
    }

    /// Has `waker` woken by the end, unless the thread is over. Whether the current thread may wait for it is not asked.
    pub(crate) fn keep(&mut self, waker: Waker) -> bool {
        let Self { record, key } = self;
        // Looked at first without the lock, which one that a fork has lost may hold for ever.
        !record.is_over() && record.end.keep_waker(key, waker, || record.is_over())
    }
}

impl Drop for Awaiting {
    fn drop(&mut self) {
        // Of a thread that is over the end has taken the wakers; one that a fork has lost may hold
        // the lock for ever.
        if let Some(key) = self.key.filter(|_| !self.record.is_over()) {
            self.record.end.forget_waker(key);
        }
    }
}

impl<C: ThreadClass> IntoFuture for Thread<C> {
    type Output = Result<C::Output, JoinError>;
    type IntoFuture = ThreadFuture<C>;

    fn into_future(self) -> ThreadFuture<C> {
        let end = Awaiting::new(self.record_arc().clone());
        ThreadFuture { thread: self, end }
    }
}

impl<C: ThreadClass> IntoFuture for &Thread<C> {
    type Output = Result<C::Output, JoinError>;
    type IntoFuture = ThreadFuture<C>;

    fn into_future(self) -> ThreadFuture<C> {
        self.clone().into_future()
    }
}

impl<C> fmt::Debug for ThreadFuture<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ThreadFuture").field(&self.thread).finish()
    }
}
