//! [`Builder`]: a thread object that is configured and not started.

use std::error::Error;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;

use crate::base::name::Name;
use crate::base::primitive::sync::{Mutex, PoisonError};
use crate::class::refusals::Unstarted;
use crate::class::{StallLimit, ThreadClass};
use crate::core::stop::StopCallback;
use crate::start::{Free, launch};
use crate::thread::Thread;
use crate::thread::kept::{self, Keeper};
use crate::thread::typed::{Holder, Typed, unname};

/// A thread object with its configuration, not started.
///
/// The methods `with_name`, `with_daemon` and `with_stack_size` of a thread object give one; what is
/// set here wins over the class's options.
///
/// # Examples
///
/// ```
/// use threadkit::{Builder, Target};
///
/// # fn main() -> std::io::Result<()> {
/// let thread = Builder::new(Target::new(|| 1 + 1)).with_name("adder").with_stack_size(64 * 1024).start()?;
/// assert_eq!(thread.name(), "adder");
/// assert_eq!(thread.value().unwrap(), 2);
/// # Ok(())
/// # }
/// ```
#[must_use = "a thread object does nothing until it is started: `.start()`"]
pub struct Builder<C> {
    pub(crate) object: C,
    pub(crate) settings: Settings,
}

/// What is set apart from the object.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) name: Option<Name>,
    pub(crate) daemon: Option<bool>,
    pub(crate) stack_size: Option<usize>,
    pub(crate) on_stop: Vec<StopCallback>,
    pub(crate) stall: Option<StallLimit>,
    pub(crate) reuse: Reuse,
    /// The thread serves the process, and belongs to no test.
    pub(crate) apart: bool,
}

/// Whether a kept thread serves the object.
#[derive(Clone, Copy, Default)]
pub(crate) enum Reuse {
    #[default]
    AsClass,
    No,
    /// This function starts it there. By its name alone are kept threads known here, so programs that have none are without
    /// their code.
    By(Keeper),
}

impl<C> Builder<C> {
    /// A thread object with the options of its class.
    #[rustfmt::skip]
    pub fn new(object: C) -> Self { // an object; a callable becomes one by `Target::new(f)`
        Self { object, settings: Settings::default() }
    }

    /// Names the thread; an empty name counts as none, as in Python. Every name is allowed: if the
    /// system cannot take it whole, only what the system shows is cut.
    ///
    /// The name is taken as it is: `with_name(format!("job {n}"))` puts a number in. (The class option
    /// `name = "job {n}"` does so by itself, with the object's fields.)
    pub fn with_name(mut self, name: impl Into<Name>) -> Self {
        self.settings.name = Some(name.into());
        self
    }

    /// Whether the thread is a daemon, for which the process does not wait. Without this and the
    /// class's option, it is a daemon if the thread that starts it is one.
    #[doc(alias("setDaemon", "set_daemon"))]
    pub fn with_daemon(mut self, daemon: bool) -> Self {
        self.settings.daemon = Some(daemon);
        self
    }

    /// The size of the stack in bytes. The system rounds a small size up; `start` returns an error
    /// if it cannot provide a large one. Without this and the class's option, it is std's.
    pub fn with_stack_size(mut self, bytes: usize) -> Self {
        self.settings.stack_size = Some(bytes);
        self
    }

    /// Calls `f` when a stop is requested of the thread. As [`on_stop`](crate::on_stop), but registered
    /// before the thread begins.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use threadkit::{Builder, Target};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let (jobs, inbox) = mpsc::channel::<u32>();
    /// let adder = Target::new(move || inbox.iter().sum::<u32>());
    /// let thread = Builder::new(adder).on_stop(move || drop(jobs)).start()?;
    /// thread.request_stop(); // the channel closes, the sum ends
    /// assert_eq!(thread.value().unwrap(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_stop(mut self, f: impl FnOnce() + Send + 'static) -> Self {
        self.settings.on_stop.push(Box::new(f));
        self
    }

    /// Whether a thread of the system serves this object that is kept from an earlier one of its class, and is kept for the
    /// next: a start and a join then cost a fraction of what they cost otherwise. Java's cached thread pools and tokio's
    /// `spawn_blocking` do the same. Without this and the class's option `reuse`, each object has a thread of the system
    /// of its own.
    ///
    /// Of the object nothing changes. What does, std's thread-locals above all, is [on one page](crate::guide::reuse); how
    /// long idle threads are kept, [`set_keep_alive`](crate::set_keep_alive) sets.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Builder, Target, get_native_id};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let start = || Builder::new(Target::new(get_native_id)).with_reuse(true).start();
    /// let first = start()?.value()?;
    /// assert_eq!(start()?.value()?, first);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_reuse(mut self, reuse: bool) -> Self {
        self.settings.reuse = if reuse { Reuse::By(kept::start) } else { Reuse::No };
        self
    }

    /// The thread serves the process, and belongs to no test that starts it.
    pub(crate) fn apart(mut self) -> Self {
        self.settings.apart = true;
        self
    }

    /// The object, without its configuration.
    pub fn into_object(self) -> C {
        self.object
    }
}

impl<C> Builder<C> {
    /// Starts the thread. It does not wait for the thread to run.
    ///
    /// # Errors
    ///
    /// If the system refuses the thread ([`std::thread::Builder::spawn`]); if the process has done
    /// its final wait and the thread is no daemon; if a thread-local to inherit is mutably borrowed.
    #[track_caller]
    pub fn start(self) -> io::Result<Thread<C>>
    where
        C: ThreadClass + 'static,
    {
        Ok(launch(&Free, self, Location::caller(), |_| ())?)
    }

    /// Starts the thread, and gives the object back when that fails.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start). Nothing is left behind, and a retry works.
    ///
    /// # Examples
    ///
    /// ```
    /// use threadkit::{Builder, Target};
    ///
    /// let greedy = Builder::new(Target::new(|| "done")).with_stack_size(usize::MAX / 2);
    /// let refused = greedy.try_start().unwrap_err();
    /// let thread = refused.into_builder().with_stack_size(64 * 1024).start().unwrap();
    /// assert_eq!(thread.value().unwrap(), "done");
    /// ```
    #[track_caller]
    pub fn try_start(self) -> Result<Thread<C>, StartError<C>>
    where
        C: ThreadClass + 'static,
    {
        launch(&Free, self, Location::caller(), |_| ())
    }
}

#[doc(hidden)]
impl<C> Deref for Builder<C> {
    type Target = Unstarted<C>;

    fn deref(&self) -> &Unstarted<C> {
        Unstarted::refusals()
    }
}

impl<C> fmt::Debug for Builder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("name", &self.settings.name)
            .field("daemon", &self.settings.daemon)
            .field("stack_size", &self.settings.stack_size)
            .finish_non_exhaustive()
    }
}

/// What `#[thread_class]` adds to a class, for those of this crate.
macro_rules! object_methods {
    ($class:ty) => {
        impl $class {
            /// Starts a thread with this object; see [`Builder::start`](crate::Builder::start).
            ///
            /// # Errors
            ///
            /// As [`Builder::start`](crate::Builder::start).
            #[track_caller]
            pub fn start(self) -> std::io::Result<$crate::Thread<Self>> {
                $crate::Builder::new(self).start()
            }

            /// Names the thread; see [`Builder::with_name`](crate::Builder::with_name).
            pub fn with_name(self, name: impl Into<$crate::Name>) -> $crate::Builder<Self> {
                $crate::Builder::new(self).with_name(name)
            }

            /// Makes the thread a daemon, or not; see [`Builder::with_daemon`](crate::Builder::with_daemon).
            pub fn with_daemon(self, daemon: bool) -> $crate::Builder<Self> {
                $crate::Builder::new(self).with_daemon(daemon)
            }

            /// Sets the size of the stack; see [`Builder::with_stack_size`](crate::Builder::with_stack_size).
            pub fn with_stack_size(self, bytes: usize) -> $crate::Builder<Self> {
                $crate::Builder::new(self).with_stack_size(bytes)
            }
        }

        #[doc(hidden)]
        impl std::ops::Deref for $class {
            type Target = $crate::class::refusals::Unstarted<Self>;

            fn deref(&self) -> &Self::Target {
                $crate::class::refusals::Unstarted::refusals()
            }
        }
    };
}

pub(crate) use object_methods;

/// A thread could not be started; the object is in here.
///
/// It converts into [`io::Error`], so that `?` works where `start()?` does; and it is `Send` and `Sync`
/// for every class, in generic code too.
///
/// # Examples
///
/// ```
/// use std::io;
/// use threadkit::{Builder, StartError, Target, Thread, ThreadClass};
///
/// /// With a large stack, or with the one that there is.
/// fn start_large<C: ThreadClass + 'static>(object: C) -> io::Result<Thread<C>> {
///     let large = Builder::new(object).with_stack_size(usize::MAX / 2);
///     Ok(large.try_start().or_else(|refused: StartError<C>| {
///         eprintln!("{refused}");
///         Builder::new(refused.into_builder().into_object()).try_start()
///     })?)
/// }
///
/// assert_eq!(start_large(Target::new(|| 42)).unwrap().value().unwrap(), 42);
/// ```
pub struct StartError<C> {
    error: io::Error,
    /// Kept as in a started thread: a class can be sent and shared, but code that is generic over
    /// classes need not say so.
    object: Arc<dyn Holder<C>>,
    /// In a mutex, since callbacks are not `Sync`.
    settings: Box<Mutex<Settings>>,
}

impl<C> StartError<C> {
    pub(crate) fn new(error: io::Error, typed: Arc<Typed<C>>, settings: Settings) -> Self
    where
        C: ThreadClass,
    {
        Self { error, object: unname(typed), settings: Box::new(Mutex::new(settings)) }
    }

    /// The object with its configuration, for another try.
    #[expect(clippy::missing_panics_doc, reason = "no other handle was made")]
    pub fn into_builder(self) -> Builder<C>
    where
        C: ThreadClass,
    {
        let object = self.object.into_object().ok().expect("no other handle was made");
        let settings = self.settings.into_inner().unwrap_or_else(PoisonError::into_inner);
        Builder { object, settings }
    }

    /// What the system said.
    #[must_use]
    pub fn error(&self) -> &io::Error {
        &self.error
    }
}

impl<C> From<StartError<C>> for io::Error {
    fn from(refused: StartError<C>) -> Self {
        refused.error
    }
}

impl<C> fmt::Display for StartError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the thread could not be started: {}", self.error)
    }
}

impl<C> fmt::Debug for StartError<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartError").field("error", &self.error).finish_non_exhaustive()
    }
}

impl<C> Error for StartError<C> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}
