//! The life of a thread: from `start` to its last destructor.

pub(crate) mod builder;
mod callable;
mod not_ready;
pub(crate) mod ready;
#[doc(hidden)]
pub mod refusals;
pub(crate) mod scope;
mod scoped_target;
pub(crate) mod startable;
pub(crate) mod target;

use std::any::TypeId;
use std::io;
use std::panic::Location;
use std::sync::{Arc, Weak};

use crate::base::guest::{self, Blame};
use crate::base::name::Name;
use crate::base::primitive::thread::{self, JoinHandle};
use crate::class::receiver::Outcome;
use crate::class::{Class, ThreadClass};
use crate::core::exception::{Exception, Failure};
use crate::core::observe::{self, Context, Moment};
use crate::core::record::{Record, Start};
use crate::core::registry;
use crate::failure::hook;
use crate::failure::panic_hook;
use crate::local::{self, Inherited};
use crate::os;
use crate::os::lifetime::unname;
use crate::process::shutdown;
use crate::start::builder::{Builder, Settings, StartError};
use crate::thread::Thread;
use crate::thread::current::{self, with_current};
use crate::thread::typed::{Downcast, Typed};

/// How the system's thread is spawned: on its own, or in a scope, for objects that live as long as `'a`.
pub(crate) trait Spawner<'a> {
    /// Spawns it.
    fn spawn(
        &self,
        system: thread::Builder,
        record: &Arc<Record>,
        main: impl FnOnce() + Send + 'a,
    ) -> io::Result<JoinHandle<()>>;

    /// The class, as erased handles know it: without an id where the object may borrow.
    fn class<C: ThreadClass + 'a>() -> &'static Class;

    /// The way back from an erased handle, where the class has an id.
    fn link<C: ThreadClass + 'a>(typed: &Arc<Typed<C>>) -> Option<Weak<dyn Downcast>>;
}

/// A thread that is in no scope.
pub(crate) struct Free;

impl Spawner<'static> for Free {
    fn spawn(
        &self,
        system: thread::Builder,
        _: &Arc<Record>,
        main: impl FnOnce() + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        system.spawn(main)
    }

    fn class<C: ThreadClass + 'static>() -> &'static Class {
        const { &Class::of::<C>(Some(TypeId::of::<C>)) }
    }

    fn link<C: ThreadClass + 'static>(typed: &Arc<Typed<C>>) -> Option<Weak<dyn Downcast>> {
        let typed: Weak<Typed<C>> = Arc::downgrade(typed);
        Some(typed)
    }
}

/// Starts the thread, or gives the object back with what the system said.
pub(crate) fn launch<'a, C: ThreadClass + 'a, S: Spawner<'a>>(
    spawner: &S,
    builder: Builder<C>,
    location: &'static Location<'static>,
) -> Result<Thread<C>, StartError<C>> {
    let Builder { object, settings } = builder;
    let class_name = || C::__OPTIONS.name.map(|name| Name::from(name(&object)));
    let name = settings.name.clone().or_else(class_name);
    let typed = Arc::new(Typed::new(object));
    match spawn(spawner, &typed, &settings, name, location) {
        Ok(record) => {
            for callback in settings.on_stop {
                record.stop().on_stop(callback);
            }
            Ok(Thread::typed(record, unname(typed)))
        }
        Err(error) => Err(StartError::new(error, typed, settings)),
    }
}

/// Spawns the thread. Where it is refused, nothing is left of it but its object.
fn spawn<'a, C: ThreadClass + 'a, S: Spawner<'a>>(
    spawner: &S,
    typed: &Arc<Typed<C>>,
    settings: &Settings,
    name: Option<Name>,
    location: &'static Location<'static>,
) -> io::Result<Arc<Record>> {
    let inherited = if C::__OPTIONS.inherit { Inherited::capture()? } else { None };
    panic_hook::install();
    os::fork::install();
    let (starter, inherited_daemon) = with_current(|thread| (thread.ident(), thread.is_daemon()));
    // Object before class before what is inherited.
    let daemon = settings.daemon.or(C::__OPTIONS.daemon);
    let record = Arc::new(Record::new(Start {
        class: S::class::<C>(),
        link: S::link(typed),
        name: name.filter(|name| !name.is_empty()),
        daemon: daemon.unwrap_or(inherited_daemon),
        starter,
        location,
    }));
    if registry::add(&record).is_err() {
        return Err(io::Error::other("the process is over: only daemon threads can be started"));
    }
    if record.holds_process() {
        shutdown::hold_process();
    }
    let system = system_builder::<C>(settings, record.system_name());
    let context = Context::for_start_of(&record);
    observe::tell(&record, Moment::Starts);
    let main = {
        let (record, typed) = (record.clone(), typed.clone());
        move || run(&record, typed, inherited, context)
    };
    match spawner.spawn(system, &record, main) {
        Ok(handle) => {
            record.end.set_system_thread(handle);
            record.set_taken();
            Ok(record)
        }
        Err(error) => {
            registry::remove_over(&record);
            record.set_over();
            Err(error)
        }
    }
}

fn system_builder<C: ThreadClass>(settings: &Settings, name: String) -> thread::Builder {
    let system = thread::Builder::new().name(name);
    match settings.stack_size.or(C::__OPTIONS.stack_size) {
        // Beyond what an address space holds std's rounding overflows; the system refuses this too.
        Some(bytes) => system.stack_size(bytes.min(isize::MAX.unsigned_abs())),
        None => system,
    }
}

/// The new thread, until it returns into std.
fn run<C: ThreadClass>(
    record: &Arc<Record>,
    typed: Arc<Typed<C>>,
    inherited: Option<Box<Inherited>>,
    context: Context,
) {
    current::begin(Thread::erased_arc(record.clone()));
    guest::set_hearer(Some(hook::panicked));
    let system = thread::current();
    os::thread::mend_name(system.name().unwrap_or_default());
    record.set_native_id(os::thread::native_id());
    record.set_system_thread(system);
    record.set_taken();
    let context = local::enclose(|| {
        if let Some(inherited) = inherited {
            inherited.install();
        }
        let context = context.enter();
        observe::tell(record, Moment::Begins);
        settle(record, &typed, typed.run());
        // The object, if no typed handle is left. Its `Drop` may panic, which `Typed` sees to.
        drop(typed);
        observe::tell(record, Moment::Exits);
        // It is dropped when the thread-local values are: what their destructors say is said in it.
        context
    });
    drop(context);
    current::set_returned();
}

/// Reports the failure of `run`, if it failed, and keeps its value.
fn settle<C: ThreadClass>(record: &Record, typed: &Typed<C>, outcome: Outcome<C>) {
    match outcome {
        Ok((value, judge)) => {
            let judged = guest::caught(|| judge(&value));
            typed.set_value(value);
            match judged {
                Ok(failure) => failure.into_iter().for_each(|failure| fail(record, failure)),
                Err(payload) => hook::panicked(Blame::Thread, payload),
            }
        }
        Err(payload) => hook::panicked(Blame::Thread, payload),
    }
}

/// `run` returned an `Err`.
fn fail(record: &Record, failure: Failure) {
    if !failure.orderly {
        hook::failed(Exception::from_failure(failure, record));
    }
}

/// The thread is over: the last of std's destructors on it.
pub(crate) fn end(thread: &Thread) {
    let record = thread.record();
    // Before it is out of the registry: who looks there for a thread finds it, or has been told of its end.
    observe::tell(record, Moment::Over);
    registry::remove_over(record);
    record.set_over();
}
