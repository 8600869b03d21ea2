//! The life of a thread: from `start` to its last destructor.

use std::any::TypeId;
use std::io;
use std::panic::Location;
use std::sync::Arc;

use crate::builder::{Builder, StartError};
use crate::class::ThreadClass;
use crate::current::{self, with_current};
use crate::excepthook;
use crate::exception::{Exception, Failure};
use crate::local::{self, Inherited};
use crate::name::Name;
use crate::observe::{self, Moment};
use crate::os;
use crate::os::lifetime::unname;
use crate::panic_hook;
use crate::primitive::thread;
use crate::quiet;
use crate::receiver::Outcome;
use crate::registry;
use crate::shutdown;
use crate::thread::Thread;
use crate::thread::record::{Record, Start};
use crate::thread::typed::Typed;

/// How the system's thread is spawned: on its own, or in a scope, for objects that live as long as `'a`.
pub(crate) trait Spawner<'a> {
    /// Spawns it, and leaves the handle to join it by with its record, if it may leave the scope.
    fn spawn(
        &self,
        system: thread::Builder,
        record: &Arc<Record>,
        main: impl FnOnce() + Send + 'a,
    ) -> io::Result<()>;

    /// The class, as erased handles know it; none where the object may borrow.
    fn class<C: ThreadClass + 'a>() -> Option<TypeId>;

    /// The way back from an erased handle, where there is a class.
    fn link<C: ThreadClass + 'a>(record: &Record, typed: &Arc<Typed<C>>);
}

/// A thread that is in no scope.
pub(crate) struct Free;

impl Spawner<'static> for Free {
    fn spawn(
        &self,
        system: thread::Builder,
        record: &Arc<Record>,
        main: impl FnOnce() + Send + 'static,
    ) -> io::Result<()> {
        system.spawn(main).map(|handle| record.end.set_system_thread(handle))
    }

    fn class<C: ThreadClass + 'static>() -> Option<TypeId> {
        Some(TypeId::of::<C>())
    }

    fn link<C: ThreadClass + 'static>(record: &Record, typed: &Arc<Typed<C>>) {
        record.link_to(|| typed.link());
    }
}

/// Starts the thread, or gives the object back with what the system said.
pub(crate) fn start<'a, C: ThreadClass + 'a, S: Spawner<'a>>(
    spawner: &S,
    builder: Builder<C>,
    location: &'static Location<'static>,
) -> Result<Thread<C>, StartError<C>> {
    let inherited = if C::__OPTIONS.inherit { Inherited::capture() } else { Ok(Inherited::none()) };
    let inherited = match inherited {
        Ok(inherited) => inherited,
        Err(error) => return Err(StartError::new(error, builder)),
    };
    panic_hook::install();
    os::fork::install();
    let record = Arc::new(new_record(&builder, S::class::<C>(), location));
    if registry::add(&record).is_err() {
        let error = io::Error::other("the process is over: only daemon threads can be started");
        return Err(StartError::new(error, builder));
    }
    if record.holds_process() {
        shutdown::hold_process();
    }
    let system_name = record.system_name();
    let split = os::thread::std_splits(&system_name);
    let system = system_builder(&builder, system_name);
    let Builder { object, name, daemon, stack_size, on_stop } = builder;
    let typed = Arc::new(Typed::new(object));
    let main = {
        let (record, typed) = (record.clone(), typed.clone());
        move || {
            current::begin(Thread::erased_arc(record.clone()));
            if split {
                os::thread::set_name(&record.system_name());
            }
            run::<C, S>(&record, typed, inherited);
        }
    };
    match spawner.spawn(system, &record, main) {
        Ok(()) => {
            S::link(&record, &typed);
            for callback in on_stop {
                record.stop.on_stop(callback);
            }
            Ok(Thread::new(record, unname(typed)))
        }
        Err(error) => {
            registry::remove(&record);
            record.set_over();
            let object = typed.into_refused();
            Err(StartError::new(error, Builder { object, name, daemon, stack_size, on_stop }))
        }
    }
}

/// Object before class before what is inherited.
fn new_record<C: ThreadClass>(
    builder: &Builder<C>,
    class: Option<TypeId>,
    location: &'static Location<'static>,
) -> Record {
    let options = C::__OPTIONS;
    let name = builder.name.clone();
    let name = name.or_else(|| options.name.map(|name| Name::from(name(&builder.object))));
    let (starter, inherits) = with_current(|starter| (starter.ident(), starter.is_daemon()));
    Record::new(Start {
        class,
        class_name: options.class_name,
        class_hook: options.excepthook,
        name: name.filter(|name| !name.is_empty()),
        daemon: builder.daemon.or(options.daemon).unwrap_or(inherits),
        starter,
        location,
    })
}

fn system_builder<C: ThreadClass>(builder: &Builder<C>, name: String) -> thread::Builder {
    let system = thread::Builder::new().name(name);
    match builder.stack_size.or(C::__OPTIONS.stack_size) {
        // Beyond what an address space holds std's rounding overflows; the system refuses this too.
        Some(bytes) => system.stack_size(bytes.min(isize::MAX.unsigned_abs())),
        None => system,
    }
}

/// The new thread, until it returns into std.
fn run<'a, C: ThreadClass + 'a, S: Spawner<'a>>(
    record: &Arc<Record>,
    typed: Arc<Typed<C>>,
    inherited: Inherited,
) {
    record.set_native_id(os::thread::native_id());
    record.stop.begin(thread::current());
    S::link(record, &typed);
    // The starter could not, if it was panicking.
    panic_hook::install();
    inherited.install();
    observe::tell(record, Moment::Begins);
    settle(record, &typed, typed.run());
    // The object, if no typed handle is left. Its `Drop` may panic, which `Typed` sees to.
    drop(typed);
    observe::tell(record, Moment::Exits);
    local::destroy();
    current::set_returned();
}

/// Reports the failure of `run`, if it failed, and keeps its value.
fn settle<C: ThreadClass>(record: &Record, typed: &Typed<C>, outcome: Outcome<C>) {
    match outcome {
        Ok((value, judge)) => {
            let judged = quiet::caught(|| judge(&value));
            typed.set_value(value);
            match judged {
                Ok(failure) => failure.into_iter().for_each(|failure| fail(record, failure)),
                Err(payload) => excepthook::panicked(payload),
            }
        }
        Err(payload) => excepthook::panicked(payload),
    }
}

/// `run` returned an `Err`.
fn fail(record: &Record, failure: Failure) {
    if !failure.orderly {
        let exception = Arc::new(Exception::from_failure(failure, record));
        with_current(|thread| excepthook::call(&exception, thread));
        record.set_failure(exception);
    }
}

/// The thread is over: the last of std's destructors on it.
pub(crate) fn end(thread: &Thread) {
    let record = thread.record();
    registry::remove(record);
    record.set_over();
}
