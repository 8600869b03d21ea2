//! The registry: all threads that are alive.

use std::sync::Arc;
use std::time::Duration;

use slab::Slab;

use crate::base::name::Name;
use crate::base::primitive;
use crate::base::primitive::global;
use crate::base::primitive::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::core::end::Wakers;
use crate::core::observe::{self, Moment};
use crate::core::record::{NameState, Record};

global! {
    /// Std's lock and condition variable, since a fork waits for the lock.
    static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
        threads: Slab::new(),
        main: None,
        holding: 0,
        waiting: 0,
        closed: false,
    });

    /// With the registry: no thread holds the process any longer.
    static RELEASED: Condvar = Condvar::new();
}

pub(crate) struct Registry {
    /// The main thread is not in here, as it may never be over.
    threads: Slab<Arc<Record>>,
    /// Made at the first use, on whichever thread.
    main: Option<Arc<Record>>,
    /// How many threads hold the process.
    holding: usize,
    /// How many wait for no thread to hold the process. Where nobody does, nobody is told: that is a system call, and
    /// would be one at the end of every lone thread.
    waiting: usize,
    /// The process has done its final wait.
    closed: bool,
}

/// The process is over: it waits for no thread any longer.
pub(crate) struct Closed;

pub(crate) fn lock() -> MutexGuard<'static, Registry> {
    primitive::lock(&REGISTRY)
}

/// The threads that are alive, in the order of their start.
pub(crate) fn alive() -> Vec<Arc<Record>> {
    let mut registry = lock();
    let main = registry.main().clone();
    let mut threads = Vec::with_capacity(registry.threads.len() + 1);
    threads.extend(Some(main).filter(|main| !main.is_over()));
    threads.extend(registry.threads.iter().map(|(_, record)| record.clone()));
    drop(registry);
    threads.sort_unstable_by_key(|thread| thread.ident());
    threads
}

/// How many threads are alive.
pub(crate) fn count_alive() -> usize {
    let mut registry = lock();
    registry.threads.len() + usize::from(!registry.main().is_over())
}

/// The main thread.
pub(crate) fn main() -> Arc<Record> {
    lock().main().clone()
}

pub(crate) fn add_dummy() -> Arc<Record> {
    let record = Record::dummy();
    lock().insert(&record);
    record
}

/// Registers a thread that is about to be started, and says its name for the system.
pub(crate) fn add(record: &Arc<Record>) -> Result<String, Closed> {
    let mut registry = lock();
    let holds = record.holds_process();
    if holds && registry.closed {
        return Err(Closed);
    }
    registry.holding += usize::from(holds);
    registry.insert(record);
    Ok(record.system_name(&registry))
}

/// Takes a thread out for which the process no longer waits, though it is not over.
pub(crate) fn remove(record: &Record) {
    let removed = lock().take_out(record);
    // Outside of the lock: it may be the last of its kind.
    drop(removed);
}

/// Takes a thread out that is over, or that the system refused. One step for a fork: in its child, a
/// thread that is not in here is over.
pub(crate) fn remove_over(record: &Record) {
    let mut registry = lock();
    record.mark_over();
    let removed = registry.take_out(record);
    drop(registry);
    drop(removed); // as above
}

/// A thread is over: the last of std's destructors on it.
pub(crate) fn end(thread: &Record) {
    prepare_end(thread);
    finish(thread).wake();
    // When those who wait for the end run, threads and tasks: the time does not go on between.
    if let Some(clock) = thread.clock().filter(|_| thread.starter.is_some()) {
        clock.discount();
    }
}

/// The first half of the end of a thread, which calls and drops what is the user's.
pub(crate) fn prepare_end(thread: &Record) {
    // Before it is out of the registry: who looks there for a thread finds it, or has been told of its end.
    observe::tell(thread, Moment::Over);
    thread.forget_stop_callbacks();
}

/// The second half, which calls nothing of the user's but for the tasks that are to be woken.
pub(crate) fn finish(thread: &Record) -> Wakers {
    remove_over(thread);
    thread.tell_over()
}

/// Asks those live threads to stop that `asked` picks; the main thread is not among them.
pub(crate) fn stop_those(asked: impl Fn(&Record) -> bool) {
    let threads = alive().into_iter().filter(|thread| !thread.is_main());
    threads.filter(|thread| asked(thread)).for_each(|thread| thread.request_stop());
}

/// Waits until no thread holds the process, those started meanwhile included; from then on none can
/// be started that would. After `patience`, `report` is called once.
pub(crate) fn wait_released(patience: Option<Duration>, report: impl FnOnce()) {
    let mut registry = lock();
    registry.waiting += 1;
    let held = |registry: &mut Registry| registry.holding > 0;
    if let Some(patience) = patience {
        let waited = RELEASED.wait_timeout_while(registry, patience, held);
        registry = waited.unwrap_or_else(PoisonError::into_inner).0;
        if registry.holding > 0 {
            drop(registry);
            report();
            registry = lock();
        }
    }
    let waited = RELEASED.wait_while(registry, held);
    let mut registry = waited.unwrap_or_else(PoisonError::into_inner);
    registry.waiting -= 1;
    registry.closed = true;
}

/// Waits until no thread holds the process, or for at most `patience`.
pub(crate) fn wait_released_for(patience: Duration) {
    let mut registry = lock();
    registry.waiting += 1;
    let held = |registry: &mut Registry| registry.holding > 0;
    let waited = RELEASED.wait_timeout_while(registry, patience, held);
    waited.unwrap_or_else(PoisonError::into_inner).0.waiting -= 1;
}

/// Whether the process would wait for a thread.
pub(crate) fn holds_process() -> bool {
    lock().holding > 0
}

/// How long daemons are left alone, where all are asked to stop, for the sake of the threads that are no daemons.
pub(crate) const STOP_ORDER: Duration = Duration::from_secs(2);

impl Registry {
    fn main(&mut self) -> &Arc<Record> {
        self.main.get_or_insert_with(Record::main)
    }

    fn insert(&mut self, record: &Arc<Record>) {
        let slot = self.threads.insert(record.clone());
        record.set_slot(slot);
    }

    fn take_out(&mut self, record: &Record) -> Option<Arc<Record>> {
        let removed = self.threads.remove(record.take_slot()?);
        self.holding -= usize::from(record.holds_process());
        if self.waiting > 0 && self.holding == 0 {
            RELEASED.notify_all();
        }
        Some(removed)
    }

    /// In a fork's child: the thread that forked is the main thread, and the only one.
    pub(crate) fn after_fork(&mut self, forked: Option<&Arc<Record>>) {
        let main = forked.map_or_else(Record::main, Arc::clone);
        let lost = self.threads.drain().chain(self.main.take());
        for record in lost.filter(|record| !Arc::ptr_eq(record, &main)) {
            record.set_lost();
            // Its locks may be held for ever, and its parts belong to a thread that is not here.
            std::mem::forget(record);
        }
        main.become_main();
        main.take_slot();
        self.main = Some(main);
        self.holding = 0;
        self.waiting = 0;
        self.closed = false;
    }
}

/// A name may be read and written only under the registry's lock: a fork waits for that, so that no lost thread holds
/// the lock of a name.
impl Record {
    pub(crate) fn name(&self) -> Name {
        let _registry = lock();
        let mut name = primitive::lock(&self.name);
        match &*name {
            NameState::Is(name) => name.clone(),
            NameState::Numbered(number) => {
                let formatted = Name::from(numbered(self.class.name, *number));
                *name = NameState::Is(formatted.clone());
                formatted
            }
        }
    }

    /// The name for the system: without the part behind an inner NUL, which std refuses; with room
    /// for the NUL that std adds.
    fn system_name(&self, _: &Registry) -> String {
        match &*primitive::lock(&self.name) {
            NameState::Numbered(number) => numbered(self.class.name, *number),
            NameState::Is(name) => {
                let visible = name.split('\0').next().unwrap_or_default();
                let mut text = String::with_capacity(visible.len() + 1);
                text.push_str(visible);
                text
            }
        }
    }

    pub(crate) fn set_name(&self, name: Name) {
        let _registry = lock();
        *primitive::lock(&self.name) = NameState::Is(name);
    }
}

/// `Class-1`: what distinguishes comes first, as kernels cut names at 15 bytes. With room for the NUL that std adds for
/// the system, so that it need not allocate again. Every start pays for it, so it does not go through `write!`, which
/// costs three times as much.
fn numbered(class_name: &str, number: u64) -> String {
    let mut digits = [0; 20]; // as many as the largest number has
    let (mut count, mut rest) = (0, number);
    loop {
        digits[count] = (rest % 10) as u8;
        (count, rest) = (count + 1, rest / 10);
        if rest == 0 {
            break;
        }
    }
    let mut name = String::with_capacity(class_name.len() + count + 2);
    name.push_str(class_name);
    name.push('-');
    // The compiler sees from the remainder that each is one byte.
    digits[..count].iter().rev().for_each(|digit| name.push(char::from(b'0' + digit % 10)));
    name
}
