//! The feature `tracing`: a span over each thread, and events for its beginning, failure and leaving.

use std::fmt::Display;

use tracing::dispatcher::{self, DefaultGuard, Dispatch};
use tracing::level_filters::LevelFilter;
use tracing::span::{EnteredSpan, Span};
use tracing::subscriber::NoSubscriber;
use tracing::{debug, error, field, info_span, warn};

use super::{Moment, TARGET};
use crate::base::guest;
use crate::core::exception::Exception;
use crate::core::record::Record;

pub(super) fn tell(thread: &Record, moment: Moment<'_>) {
    match moment {
        Moment::Begins => debug!(target: TARGET, "thread has begun"),
        Moment::Fails(exception) => fails(thread, exception),
        Moment::Exits => debug!(target: TARGET, "thread leaves"),
        Moment::Says(what) => says(thread, what),
        Moment::Starts | Moment::Waits | Moment::Waited | Moment::Over => {}
    }
}

fn says(thread: &Record, what: &dyn Display) {
    warn!(
        target: TARGET,
        name = %thread.name(),
        class = thread.class_name(),
        ident = thread.ident().as_u64().get(),
        "thread {what}",
    );
}

/// It says all by itself, since the span need not be enabled.
fn fails(thread: &Record, exception: &Exception) {
    let sources = exception.sources();
    error!(
        target: TARGET,
        name = %exception.thread_name(),
        class = exception.class_name(),
        ident = thread.ident().as_u64().get(),
        location = exception.location().map(field::display),
        sources = (!sources.is_empty()).then(|| field::debug(sources)),
        started_at = thread.start_location.map(field::display),
        "thread {}: {}",
        if exception.is_panic() { "panicked" } else { "failed" },
        exception.message(),
    );
}

/// Where a thread is started, in the tracing crate's sense: it goes on from there.
pub(super) struct Followed {
    /// Child of the starter's span, or that span itself where the filter leaves threads out.
    span: Span,
    /// The starter's subscriber, which may be its own.
    subscriber: Dispatch,
}

impl Followed {
    /// Of the current thread, for `started`; none where nobody listens.
    pub(super) fn by_start_of(started: &Record) -> Option<Box<Self>> {
        if LevelFilter::current() == LevelFilter::OFF {
            return None;
        }
        let subscriber = dispatcher::get_default(Dispatch::clone);
        if subscriber.is::<NoSubscriber>() {
            // One that is set later, for the whole program, is the thread's, too.
            return None;
        }
        let span = info_span!(
            target: TARGET,
            "thread",
            name = %started.name(),
            class = started.class_name(),
            ident = started.ident().as_u64().get(),
        );
        let span = if span.is_disabled() { Span::current() } else { span };
        Some(Box::new(Self { span, subscriber }))
    }
}

/// The current thread is in the span.
pub(super) struct Entered(Option<(EnteredSpan, DefaultGuard)>);

impl Entered {
    pub(super) fn new(followed: Option<Box<Followed>>) -> Self {
        let enter = |followed: Box<Followed>| {
            let subscriber = dispatcher::set_default(&followed.subscriber);
            // In this order they are left, too.
            (followed.span.entered(), subscriber)
        };
        Self(guest::call(|| followed.map(enter)))
    }
}

/// The subscriber is the user's, and may panic.
impl Drop for Entered {
    fn drop(&mut self) {
        guest::drop(self.0.take());
    }
}

/// The subscriber that was in force somewhere; none where that was the one of the whole program, or nobody listened yet.
pub(super) struct Subscriber(Option<Dispatch>);

impl Subscriber {
    pub(super) fn current() -> Self {
        let current = dispatcher::get_default(Dispatch::clone);
        Self(Some(current).filter(|current| !current.is::<NoSubscriber>()))
    }

    /// Has it in force here, too, until what this gives is dropped.
    pub(super) fn enter(&self) -> Option<DefaultGuard> {
        self.0.as_ref().map(dispatcher::set_default)
    }
}

/// The subscriber is the user's, and may panic.
impl Drop for Subscriber {
    fn drop(&mut self) {
        guest::drop(self.0.take());
    }
}

/// Calls `f` where nobody listens.
pub(super) fn apart<R>(f: impl FnOnce() -> R) -> R {
    dispatcher::with_default(&Dispatch::none(), f)
}
