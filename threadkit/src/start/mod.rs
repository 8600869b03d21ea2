//! The life of a thread: from `start` to its last destructor.

pub(crate) mod builder;
mod not_ready;
pub(crate) mod ready;
pub(crate) mod scope;
pub(crate) mod startable;
pub(crate) mod target;

use std::any::TypeId;
use std::io;
use std::mem;
use std::panic::Location;
use std::sync::{Arc, Weak};

use crate::base::guest::{self, Blame};
use crate::base::name::Name;
use crate::base::primitive::thread::{self, JoinHandle};
use crate::base::virtual_time;
use crate::class::receiver::Outcome;
use crate::class::{Defaults, ThreadClass};
use crate::core::observe::{self, Context, Moment};
use crate::core::record::{Class, Downcast, Record, Start};
use crate::core::registry;
use crate::failure;
use crate::local::{self, Inherited};
use crate::os;
use crate::os::borrow::Main;
use crate::process::shutdown;
use crate::thread::current::{self, with_current};
use crate::thread::kept::{self, Keeper, Kind, Task};
use crate::thread::typed::{Typed, unname};
use crate::thread::{Thread, erased, of_class};
use builder::{Builder, Reuse, Settings, StartError};

/// How the system's thread is spawned: on its own, or in a scope, for objects that live as long as `'a`.
pub(crate) trait Spawner<'a> {
    /// Has the system call `main` on a new thread, which is that of `record`.
    fn spawn(
        &self,
        record: &Arc<Record>,
        system: thread::Builder,
        main: impl FnOnce() + Send + 'a,
    ) -> io::Result<JoinHandle<()>>;

    /// What the thread of `record` calls, for a kept thread of the system.
    fn main(&self, record: &Arc<Record>, main: impl FnOnce() + Send + 'a) -> Main;

    /// The class as erased handles know it, and the way back to the object: where it may borrow, without an id and
    /// without a way.
    fn class<C: ThreadClass + 'a>(typed: &Arc<Typed<C>>) -> (&'static Class, Option<Link>);
}

/// The way back from an erased handle.
pub(crate) type Link = Weak<dyn Downcast>;

/// A thread that is in no scope.
pub(crate) struct Free;

impl Spawner<'static> for Free {
    fn spawn(
        &self,
        _: &Arc<Record>,
        system: thread::Builder,
        main: impl FnOnce() + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        system.spawn(main)
    }

    fn main(&self, _: &Arc<Record>, main: impl FnOnce() + Send + 'static) -> Main {
        Main::new(main)
    }

    fn class<C: ThreadClass + 'static>(typed: &Arc<Typed<C>>) -> (&'static Class, Option<Link>) {
        let typed: Weak<Typed<C>> = Arc::downgrade(typed);
        (const { &Class::of::<C>(Some(TypeId::of::<C>)) }, Some(typed))
    }
}

/// Starts the thread, or gives the object back with what the system said. `before` is called with the thread's record
/// once nothing but the system can refuse it, and before it begins.
pub(crate) fn launch<'a, C: ThreadClass + 'a, S: Spawner<'a>>(
    spawner: &S,
    builder: Builder<C>,
    location: &'static Location<'static>,
    mut before: impl FnMut(&Arc<Record>),
) -> Result<Thread<C>, StartError<C>> {
    let Builder { object, mut settings } = builder;
    let class_name = || C::__OPTIONS.name.map(|name| Name::from(name(&object)));
    let name = settings.name.clone().or_else(class_name);
    let typed = Arc::new(Typed::new(object));
    let (class, link) = S::class(&typed);
    let plan = Plan {
        keeper: match settings.reuse {
            Reuse::By(keeper) => Some(keeper),
            Reuse::AsClass if const { C::__OPTIONS.defaults.reuse } => Some(kept::start),
            Reuse::AsClass | Reuse::No => None,
        },
        activity: typed.clone(),
        class,
        link,
        id: typeid::of::<C>,
        name: name.filter(|name| !name.is_empty()),
        defaults: const { &C::__OPTIONS.defaults },
        location,
    };
    match spawn(spawner, plan, &mut settings, &mut before) {
        Ok(record) => Ok(of_class(record, unname(typed))),
        Err(error) => Err(StartError::new(error, typed, settings)),
    }
}

/// What a thread does for its object: the only part of its life that depends on the class. All else is compiled once,
/// and not for each class of the program.
trait Activity: Send + Sync {
    /// Calls `run`, keeps its value, and reports its failure, if it failed.
    fn perform(&self);
}

impl<C: ThreadClass> Activity for Typed<C> {
    fn perform(&self) {
        let Outcome { value, judged } = self.run();
        if let Some(value) = value {
            self.set_value(value);
        }
        match judged {
            Ok(failure) => failure.into_iter().for_each(failure::returned),
            Err(payload) => failure::panicked(Blame::Thread, payload),
        }
    }
}

/// What is to be started.
struct Plan<'a> {
    /// Starts it on a thread that is kept.
    keeper: Option<Keeper>,
    activity: Arc<dyn Activity + 'a>,
    class: &'static Class,
    link: Option<Link>,
    id: fn() -> TypeId,
    name: Option<Name>,
    defaults: &'static Defaults,
    location: &'static Location<'static>,
}

/// Spawns the thread. Where it is refused, nothing is left of it but its object.
fn spawn<'a, S: Spawner<'a>>(
    spawner: &S,
    plan: Plan<'a>,
    settings: &mut Settings,
    before: &mut dyn FnMut(&Arc<Record>),
) -> io::Result<Arc<Record>> {
    let Plan { keeper, activity, class, link, id, name, defaults, location } = plan;
    let inherited = if defaults.inherit { Inherited::capture()? } else { None };
    #[cfg(threadkit_model)]
    crate::base::primitive::model::install(&crate::RUNTIME);
    failure::panic_hook::install();
    current::prepare_for_forks();
    let (starter, inherited_daemon, test) = with_current(|thread| {
        let test = thread.record().test().filter(|_| !settings.apart);
        (thread.ident(), thread.is_daemon(), test.cloned())
    });
    // Object before class before what is inherited.
    let daemon = settings.daemon.or(defaults.daemon).unwrap_or(inherited_daemon);
    let record = Record::new(Start { class, link, name, daemon, starter, location });
    if let Some(test) = test {
        record.set_test(test);
    }
    let Ok(system_name) = registry::add(&record) else {
        return Err(io::Error::other("the process is over: only daemon threads can be started"));
    };
    if let Some(stall) = settings.stall.or(defaults.stall) {
        if let Err(error) = (stall.watch)(&record, stall.limit) {
            registry::remove_over(&record);
            record.set_over();
            return Err(error);
        }
    }
    if record.holds_process() {
        shutdown::hold_process();
    }
    let stack_size = settings.stack_size.or(defaults.stack_size);
    let system = system_builder(stack_size);
    let context = Context::for_start_of(&record);
    observe::tell(&record, Moment::Starts);
    if !settings.on_stop.is_empty() {
        record.set_stop_callbacks(mem::take(&mut settings.on_stop));
    }
    before(&record);
    let life = Life { record: record.clone(), activity, inherited, context };
    if let Some(clock) = record.clock() {
        clock.count();
    }
    // A test has threads of its own: what they print is captured for it, and std's thread-locals begin anew.
    let outcome = if let Some(keeper) = keeper.filter(|_| record.test().is_none()) {
        let kind = Kind { class: id(), name: class.name, stack_size };
        system.and_then(|_| spawn_kept(spawner, keeper, kind, system_name, life))
    } else {
        let main = move || life.run();
        system
            .and_then(|system| spawner.spawn(&record, system.name(system_name), main))
            .map(|handle| record.set_join_handle(handle))
    };
    match outcome {
        Ok(()) => Ok(record),
        Err(error) => {
            settings.on_stop = record.take_stop_callbacks();
            registry::remove_over(&record);
            record.set_over();
            if let Some(clock) = record.clock() {
                clock.discount();
            }
            Err(error)
        }
    }
}

/// Has a kept thread of the class live the life.
fn spawn_kept<'a, S: Spawner<'a>>(
    spawner: &S,
    keeper: Keeper,
    kind: Kind,
    system_name: String,
    life: Life<'a>,
) -> io::Result<()> {
    let record = life.record.clone();
    let main = move || {
        os::thread::set_name(&system_name);
        life.act(thread::current());
        // Here, as the next object has other panics.
        failure::panic_hook::tell_held_back();
    };
    keeper(kind, Task { record: record.clone(), main: spawner.main(&record, main) })?;
    // There is no handle of the system's to join. Whoever waits goes by the flag, which is set when all of the object is
    // gone: the system's thread goes on, by design, and so do std's thread-locals.
    record.set_taken();
    Ok(())
}

/// What the system says where it has no room for a stack; on Windows `ERROR_NOT_ENOUGH_MEMORY`.
const NO_MEMORY: i32 = if cfg!(windows) { 8 } else { libc::EAGAIN };

/// What glibc rounds a smaller stack up to. With musl, whose least is two kilobytes, std itself has no room to begin.
const LEAST_STACK: usize = 16 * 1024;

/// Refuses what the system would refuse, with the error that it would give: for half the address space or more not even
/// one of 32 bits has room, and std's rounding would overflow.
#[inline]
fn system_builder(stack_size: Option<usize>) -> io::Result<thread::Builder> {
    let system = thread::Builder::new();
    match stack_size {
        None => Ok(system),
        Some(bytes) if bytes < isize::MAX.unsigned_abs() => {
            Ok(system.stack_size(bytes.max(LEAST_STACK)))
        }
        Some(_) => Err(io::Error::from_raw_os_error(NO_MEMORY)),
    }
}

/// What the new thread is given.
struct Life<'a> {
    record: Arc<Record>,
    activity: Arc<dyn Activity + 'a>,
    inherited: Option<Box<Inherited>>,
    context: Context,
}

impl Life<'_> {
    /// The new thread, until it returns into std.
    fn run(self) {
        current::begin(erased(self.record.clone()));
        let system = thread::current();
        os::thread::mend_name(system.name().unwrap_or_default());
        self.record.set_native_id(os::thread::native_id());
        self.act(system);
        current::set_returned();
    }

    /// What a thread does for its object, but for its end.
    #[expect(
        clippy::inline_always,
        reason = "a thread that is not kept is to pay nothing for those that are"
    )]
    #[inline(always)]
    fn act(self, system: thread::Thread) {
        let Life { record, activity, inherited, context } = self;
        guest::set_hearer(Some(failure::panicked));
        record.set_system_thread(system);
        record.set_taken();
        if let Some(test) = record.test() {
            os::stderr::set_captured();
            virtual_time::set_current(test.clock);
        }
        let context = local::enclose(|| {
            if let Some(inherited) = inherited {
                inherited.install();
            }
            let context = context.enter();
            observe::tell(&record, Moment::Begins);
            activity.perform();
            // The object, if no typed handle is left. Its `Drop` may panic, which `Typed` sees to.
            drop(activity);
            observe::tell(&record, Moment::Exits);
            // It is dropped when the thread-local values are: what their destructors say is said in it.
            context
        });
        drop(context);
        // Here and not at the very end alone: what they own may still use std's thread-locals.
        record.forget_stop_callbacks();
    }
}
