//! [`ThreadClass`]: what `#[thread_class]` makes of a struct, and the private
//! dialect in which the generated code speaks to the runtime.

pub mod fields;
pub mod receiver;
pub mod refusals;

use std::any::{TypeId, type_name};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::class::receiver::{RunsOnAnotherThread, This};
use crate::core::exception::Failure;
use crate::core::record::{Class, ClassHook, Record};

/// A thread class: a type whose activity is its `run` method.
///
/// `#[thread_class]` on the impl implements it; do not implement it by hand.
/// It serves as a bound for code that is generic over thread classes:
///
/// ```
/// use threadkit::{Builder, Thread, ThreadClass};
///
/// fn start_all<C: ThreadClass + 'static>(objects: Vec<C>) -> std::io::Result<Vec<Thread<C>>> {
///     objects.into_iter().map(|object| Builder::new(object).start()).collect()
/// }
///
/// # fn main() -> std::io::Result<()> {
/// let threads = start_all(vec![threadkit::Target::new(|| 6 * 7)])?;
/// assert_eq!(threads[0].value().unwrap(), 42);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "the thread class `{Self}` has no `run`",
    label = "its activity is missing",
    note = "write `#[thread_class] impl {Self} {{ fn run(&self) {{ .. }} }}`; where the impl is there, \
            it lacks the attribute",
    note = "a closure becomes an object by `Target::new(f)`"
)]
pub trait ThreadClass: Sized {
    /// What `run` returns, and [`Thread::value`](crate::Thread::value) hands out.
    type Output: Send; // an error in it, too: `Box<dyn Error + Send + Sync>`

    #[doc(hidden)]
    type Receiver: RunsOnAnotherThread<Self>; // `run(&mut self)` and `run(self)` need `Send`, `run(&self)` `Sync` too

    // Hidden items have defaults, so rustc does not tell a hand-written impl to add them. Such an impl still fails: it
    // lacks `Receiver`.

    #[doc(hidden)]
    const __OPTIONS: Options<Self> = Options::new("Thread");

    #[doc(hidden)]
    #[must_use]
    fn __run(_: This<'_, Self>) -> Self::Output {
        unreachable!("`#[thread_class]` on the impl writes it")
    }

    #[doc(hidden)]
    #[must_use]
    fn __failure(_: &Self::Output) -> Option<Failure> {
        None
    }

    /// How this object's output is judged; asked before `run`, which may consume the object.
    #[doc(hidden)]
    fn __judge(&self) -> Judge<Self> {
        Self::__failure
    }
}

/// Finds the failure in what `run` returned.
pub(crate) type Judge<C> = fn(&<C as ThreadClass>::Output) -> Option<Failure>;

impl Class {
    pub(crate) const fn of<C: ThreadClass>(id: Option<fn() -> TypeId>) -> Self {
        Self {
            name: C::__OPTIONS.class_name,
            path: type_name::<C>,
            hook: C::__OPTIONS.excepthook,
            id,
        }
    }
}

/// What `#[thread_class]` on the struct declares.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a thread class",
    label = "its struct lacks the attribute",
    note = "write `#[thread_class]` on `struct {Self}` too"
)]
pub trait Declared: Sized {
    /// The class options, as written on the struct.
    const OPTIONS: Options<Self>;
}

/// How long a thread may say nothing, and who has it watched, which is far above.
#[derive(Clone, Copy)]
pub(crate) struct StallLimit {
    pub(crate) limit: Duration,
    pub(crate) watch: fn(&Arc<Record>, Duration) -> io::Result<()>,
}

/// The class options of `#[thread_class(..)]`.
pub struct Options<C> {
    pub(crate) class_name: &'static str,
    pub(crate) name: Option<fn(&C) -> String>,
    pub(crate) excepthook: Option<ClassHook>,
    pub(crate) defaults: Defaults,
}

/// Those that do not depend on the class's type: what holds for an object that does not say otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Defaults {
    pub(crate) daemon: Option<bool>,
    pub(crate) stack_size: Option<usize>,
    pub(crate) inherit: bool,
    pub(crate) reuse: bool,
    pub(crate) stall: Option<StallLimit>,
}

impl<C> Options<C> {
    /// The options of a class that sets none.
    #[must_use]
    pub const fn new(class_name: &'static str) -> Self {
        Self {
            class_name,
            name: None,
            excepthook: None,
            defaults: Defaults {
                daemon: None,
                stack_size: None,
                inherit: true,
                // `threadkit_reuse` is for tests: all that is promised of threads holds for those that are kept, too.
                reuse: cfg!(threadkit_reuse),
                stall: None,
            },
        }
    }

    /// `name = ".."`, as a function of the object.
    #[must_use]
    pub const fn name(mut self, name: fn(&C) -> String) -> Self {
        self.name = Some(name);
        self
    }

    /// `daemon`, `daemon = false`.
    #[must_use]
    pub const fn daemon(mut self, daemon: bool) -> Self {
        self.defaults.daemon = Some(daemon);
        self
    }

    /// `stack_size = bytes`.
    #[must_use]
    pub const fn stack_size(mut self, bytes: usize) -> Self {
        self.defaults.stack_size = Some(bytes);
        self
    }

    /// `excepthook = path`.
    #[must_use]
    pub const fn excepthook(mut self, hook: ClassHook) -> Self {
        self.excepthook = Some(hook);
        self
    }

    /// `inherit = false`.
    #[must_use]
    pub const fn inherit(mut self, inherit: bool) -> Self {
        self.defaults.inherit = inherit;
        self
    }

    /// `reuse`, `reuse = false`.
    #[must_use]
    pub const fn reuse(mut self, reuse: bool) -> Self {
        self.defaults.reuse = reuse;
        self
    }
}
