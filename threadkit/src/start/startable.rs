//! [`Startable`]: a thread object, configured or not.

use crate::class::ThreadClass;
use crate::start::builder::Builder;

/// A thread object, configured or not: what [`Group::start`](crate::Group::start) and
/// [`Scope::start`](crate::Scope::start) take.
///
/// # Examples
///
/// ```
/// use threadkit::{Startable, Target, Thread};
///
/// fn start_daemon<O: Startable<Class: 'static>>(object: O) -> std::io::Result<Thread<O::Class>> {
///     object.into_builder().with_daemon(true).start()
/// }
///
/// # fn main() -> std::io::Result<()> {
/// assert!(start_daemon(Target::new(|| ()))?.is_daemon());
/// assert_eq!(start_daemon(Target::new(|| ()).with_name("tidier"))?.name(), "tidier");
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a thread object nor a `Builder` of one",
    label = "this cannot be started",
    note = "a closure becomes an object by `Target::new(f)`; in a scope, `s.spawn(f)` starts it",
    note = "a thread that is started joins a group by `group.push(thread)`",
    note = "a class of your own lacks its `#[thread_class] impl .. {{ fn run(&self) {{ .. }} }}`"
)]
pub trait Startable {
    /// The class of the object.
    type Class: ThreadClass;

    /// The object with its configuration.
    fn into_builder(self) -> Builder<Self::Class>;
}

// No help to whose class lacks its `run`.
#[diagnostic::do_not_recommend]
impl<C: ThreadClass> Startable for C {
    type Class = C;

    fn into_builder(self) -> Builder<C> {
        Builder::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<C: ThreadClass> Startable for Builder<C> {
    type Class = C;

    fn into_builder(self) -> Self {
        self
    }
}
