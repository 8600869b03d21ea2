//! Kept threads: which thread of the system serves an object, what is as of any thread, and what is left of one object for
//! the next. The classes differ from test to test, and so do the threads.

mod apart;
mod leaks;
mod page;
mod process;
mod serves;

use std::fmt::Debug;

use threadkit::{Builder, Target, Thread, get_native_id};

/// A closure whose thread is kept.
fn kept<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> Builder<Target<R>> {
    Builder::new(Target::new(f)).with_reuse(true)
}

/// What the objects of a test give. The type is the test's own, so no other has their threads.
type Given<Mark, R> = (u64, Option<Mark>, Option<R>);

/// Calls `first` and `second` on one thread of the system, for two objects one after the other. `Mark` tells the test's
/// threads from those of others.
fn one_after_the_other<Mark: Send + Debug + 'static, R: Send + 'static>(
    first: impl FnOnce() + Send + 'static,
    second: impl FnOnce() -> R + Send + 'static,
) -> (Thread, R) {
    let before: Thread<Target<Given<Mark, R>>> = kept(move || {
        first();
        (get_native_id(), None, None)
    })
    .start()
    .unwrap();
    let _ = before.join();
    let native_id = before.native_id();
    let after = kept(move || (get_native_id(), None::<Mark>, Some(second())));
    let (id, _, result) = after.start().unwrap().value().unwrap();
    assert_eq!(Some(id), native_id, "the thread is kept");
    (before.to_thread(), result.unwrap())
}
