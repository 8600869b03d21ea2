//! [`Record`]: what is known of any thread.
//! What of it changes in the life of a thread, and when, is told in `life.rs`.

use std::any::{Any, TypeId};
use std::mem;
use std::panic::Location;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::base::clock::uptime;
use crate::base::ident::ThreadId;
use crate::base::name::Name;
use crate::base::primitive::global;
use crate::base::primitive::lock;
use crate::base::primitive::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, MutexGuard, OnceLock};
use crate::base::primitive::thread;
use crate::base::virtual_time::Clock;
use crate::core::end::{DAEMON, DUMMY, End, Flags, MAIN};
use crate::core::exception::Exception;
use crate::core::stop::{Registrar, StopCallback, StopState};
use crate::core::test::Test;

/// What is known of one thread, whatever its class. It does not keep the object alive. Each live thread
/// has one, so what few threads need is in [`Rare`].
pub(crate) struct Record {
    ident: ThreadId,
    pub(super) class: &'static Class,
    flags: Flags,
    /// The number of a [`Wait`] that names no thread, or 0.
    pause: AtomicU8,
    /// The place in the registry, plus one; read and written under its lock.
    slot: AtomicU32,
    /// In nanoseconds of [`uptime`], half as long as an `Instant`.
    born: u64,
    /// 0 until the thread has begun.
    native_id: AtomicU64,
    /// Taken only under the registry's lock, which a fork waits for: so no lost thread holds it.
    pub(super) name: Mutex<NameState>,
    /// For whom the thread waits; taken only under the lock of the graph of joins, as `name` is under the registry's.
    edge: Mutex<Option<Wait>>,
    pub(crate) start_location: Option<&'static Location<'static>>,
    /// Who called `start`.
    pub(crate) starter: Option<ThreadId>,
    /// The way to the object, where the class has an id.
    pub(super) link: Option<Weak<dyn Downcast>>,
    pub(crate) end: End,
    pub(super) rare: OnceLock<Box<Rare>>,
}

/// What the threads of a class have in common, whatever its objects borrow.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// Tells classes of one name apart. A function, since the compiler cannot say it beforehand.
    pub(crate) path: fn() -> &'static str,
    pub(crate) hook: Option<ClassHook>,
    /// Absent where the object may borrow, and for threads that have none.
    pub(crate) id: Option<fn() -> TypeId>,
}

impl Class {
    const MAIN: &Self = &Self { name: "MainThread", path: || "", hook: None, id: None };
    const DUMMY: &Self = &Self { name: "DummyThread", path: || "", hook: None, id: None };
    const TEST: &Self = &Self { name: "TestThread", path: || "", hook: None, id: None };
}

/// A thread that failed, as the hook of its class is told: whoever calls it makes a handle of it.
pub struct Failed<'a> {
    pub(crate) exception: &'a Arc<Exception>,
    pub(crate) thread: &'a Arc<Record>,
}

/// `#[thread_class(excepthook = path)]`.
pub(crate) type ClassHook = fn(&Failed<'_>);

/// The way back from an erased handle: fills the `Option<Arc<dyn Holder<C>>>` in `typed`, if it is
/// of the right `C`. A request rather than a cast, so that `C` needs no bound.
pub(crate) trait Downcast: Send + Sync {
    fn downcast(self: Arc<Self>, typed: &mut dyn Any);
}

/// What few threads need: allocated at the first need of any of it.
#[derive(Default)]
pub(super) struct Rare {
    stop: StopState,
    /// Set before the thread is over.
    pub(super) failure: OnceLock<Arc<Exception>>,
    /// The innermost scope that the thread owns. Taken only under the lock of the graph of joins,
    /// which a fork waits for: so no lost thread holds it.
    scope: Mutex<Option<Arc<OpenScope>>>,
    /// Counted up by the thread itself, and by nobody else.
    progress: AtomicU64,
    /// Set before the thread is registered.
    test: OnceLock<Arc<Test>>,
}

/// What a thread waits for, as far as this crate knows.
///
/// Those that name a thread are the edges of the graph of joins, and stand under its lock. The others are a number in
/// the record of whoever waits, since they close no cycle; see [`graph`](super::graph).
#[derive(Clone)]
pub(crate) enum Wait {
    /// The end of a thread. A timed wait ends by itself, and so closes no cycle.
    End {
        target: Arc<Record>,
        timed: bool,
    },
    /// A thread that is to call `ready()`.
    Ready {
        target: Arc<Record>,
        timed: bool,
    },
    /// The first end of these. A thin pointer, since every record has room for a wait.
    FirstOf(Arc<Vec<Arc<Record>>>),
    Scope,
    Event,
    EventOrStop,
    Sleep,
    Stop,
    /// Code of the user's that blocks, and that a stop wakes.
    Stoppable,
    /// The end of one of a supervisor's children, or a stop.
    Children,
}

impl Wait {
    /// Those that name no thread; the number of each is its place here, plus one.
    const ALONE: [Self; 7] = [
        Self::Scope,
        Self::Event,
        Self::EventOrStop,
        Self::Sleep,
        Self::Stop,
        Self::Stoppable,
        Self::Children,
    ];

    /// The number of a wait that names no thread.
    pub(super) fn number(&self) -> Option<u8> {
        let is_same = |other: &Self| mem::discriminant(other) == mem::discriminant(self);
        let place = Self::ALONE.iter().position(is_same)?;
        Some(u8::try_from(place + 1).expect("they are few"))
    }

    /// The wait of this number; 0 is none.
    fn numbered(number: u8) -> Option<Self> {
        Self::ALONE.get(usize::from(number).checked_sub(1)?).cloned()
    }
}

/// The threads of a scope. From their start on, its owner counts as waiting for them in the graph of
/// joins: the owner's own wait comes last and must not be refused. See [`open_scope`](super::open_scope).
pub(crate) struct OpenScope {
    /// The scope of the same owner that this one is in.
    pub(super) around: Option<Arc<OpenScope>>,
    /// Taken only under the lock of the graph, which a fork waits for.
    pub(super) threads: Mutex<Vec<Arc<Record>>>,
}

impl OpenScope {
    /// The caller holds the lock of the graph of joins.
    pub(super) fn threads(&self) -> MutexGuard<'_, Vec<Arc<Record>>> {
        lock(&self.threads)
    }
}

/// A default name is formatted when somebody asks for it; see [`registry`](super::registry).
pub(super) enum NameState {
    Numbered(u64),
    Is(Name),
}

/// What a new [`Record`] is made from.
pub(crate) struct Start {
    pub(crate) class: &'static Class,
    /// Present where the class has an id.
    pub(crate) link: Option<Weak<dyn Downcast>>,
    pub(crate) name: Option<Name>,
    pub(crate) daemon: bool,
    pub(crate) starter: ThreadId,
    pub(crate) location: &'static Location<'static>,
}

impl Record {
    pub(crate) fn new(start: Start) -> Arc<Self> {
        global! {
            static UNNAMED: AtomicU64 = AtomicU64::new(1);
        }
        let name = start.name.map_or_else(
            // Relaxed: only the atomicity of the counter matters.
            || NameState::Numbered(UNNAMED.fetch_add(1, Ordering::Relaxed)),
            NameState::Is,
        );
        let flags = if start.daemon { DAEMON } else { 0 };
        Arc::new(Self {
            link: start.link,
            starter: Some(start.starter),
            start_location: Some(start.location),
            ..Self::with(start.class, flags, name)
        })
    }

    pub(crate) fn main() -> Arc<Self> {
        let name = NameState::Is(Name::from("MainThread"));
        let main = Self::with(Class::MAIN, MAIN, name);
        // Whoever asks first may be another thread; the kernel's id of the main thread is the process's there.
        #[cfg(all(any(target_os = "linux", target_os = "android"), not(threadkit_model)))]
        main.set_native_id(u64::from(std::process::id()));
        Arc::new(main)
    }

    pub(crate) fn dummy() -> Arc<Self> {
        global! {
            static DUMMIES: AtomicU64 = AtomicU64::new(1);
        }
        // Relaxed: only the atomicity of the counter matters.
        let number = DUMMIES.fetch_add(1, Ordering::Relaxed);
        let name = match thread::current().name() {
            Some(name) if !name.is_empty() => NameState::Is(Name::from(name)),
            _ => NameState::Numbered(number),
        };
        Arc::new(Self::with(Class::DUMMY, DUMMY | DAEMON, name))
    }

    /// The thread on which the body of a test runs. It was not started here, and is no daemon.
    pub(crate) fn of_test(name: Name, test: Arc<Test>) -> Arc<Self> {
        let record = Self::with(Class::TEST, DUMMY, NameState::Is(name));
        record.set_test(test);
        Arc::new(record)
    }

    #[expect(clippy::inline_always, reason = "`new` is to write each field once")]
    #[inline(always)]
    fn with(class: &'static Class, flags: u8, name: NameState) -> Self {
        Self {
            ident: ThreadId::next(),
            class,
            flags: Flags::new(flags),
            pause: AtomicU8::new(0),
            slot: AtomicU32::new(0),
            born: uptime(),
            native_id: AtomicU64::new(0),
            name: Mutex::new(name),
            edge: Mutex::new(None),
            start_location: None,
            starter: None,
            link: None,
            end: End::new(),
            rare: OnceLock::new(),
        }
    }

    pub(super) fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    #[inline]
    pub(crate) fn ident(&self) -> ThreadId {
        self.ident
    }

    pub(crate) fn class_name(&self) -> &'static str {
        // A dummy that a fork made the main thread.
        let adopted = self.is_main() && self.is(DUMMY);
        if adopted { Class::MAIN.name } else { self.class.name }
    }

    /// The class with its crate and modules. Those of this crate have none: their modules are nobody's business.
    pub(crate) fn class_path(&self) -> Option<&'static str> {
        let is_ours = |path: &str| path.starts_with(concat!(env!("CARGO_CRATE_NAME"), "::"));
        Some((self.class.path)()).filter(|path| !path.is_empty() && !is_ours(path))
    }

    pub(crate) fn class_hook(&self) -> Option<ClassHook> {
        self.class.hook
    }

    pub(crate) fn age(&self) -> Duration {
        Duration::from_nanos(uptime() - self.born)
    }

    /// The number of what the thread waits for, where that is no other thread; 0 for nothing.
    pub(super) fn pause(&self) -> u8 {
        self.pause.load(Ordering::Relaxed) // Relaxed: it says nothing of other data
    }

    /// Sets it; called by the thread itself.
    pub(super) fn set_pause(&self, number: u8) {
        self.pause.store(number, Ordering::Relaxed); // as in `pause`
    }

    /// For whom the thread waits; the caller holds the lock of the graph of joins.
    pub(super) fn edge(&self) -> MutexGuard<'_, Option<Wait>> {
        lock(&self.edge)
    }

    /// What the thread waits for; the caller holds the lock of the graph of joins.
    pub(super) fn wait(&self) -> Option<Wait> {
        self.edge().clone().or_else(|| Wait::numbered(self.pause()))
    }

    pub(crate) fn native_id(&self) -> Option<u64> {
        // Relaxed: a number that is written once and says nothing of other data.
        Some(self.native_id.load(Ordering::Relaxed)).filter(|id| *id != 0)
    }

    pub(crate) fn set_native_id(&self, id: u64) {
        self.native_id.store(id, Ordering::Relaxed); // as in `native_id`
    }

    /// Takes the place in the registry; the caller holds its lock.
    pub(crate) fn take_slot(&self) -> Option<usize> {
        let slot = self.slot.swap(0, Ordering::Relaxed); // Relaxed: under the registry's lock
        Some(slot.checked_sub(1)? as usize)
    }

    /// Sets the place in the registry; the caller holds its lock.
    pub(crate) fn set_slot(&self, slot: usize) {
        let slot = u32::try_from(slot + 1).expect("2^32 threads are not alive at once");
        self.slot.store(slot, Ordering::Relaxed); // Relaxed: under the registry's lock
    }

    #[inline]
    pub(super) fn is(&self, flag: u8) -> bool {
        self.flags.is(flag)
    }

    pub(super) fn set(&self, flag: u8) {
        self.flags.set(flag);
    }

    pub(crate) fn is_daemon(&self) -> bool {
        self.is(DAEMON) && !self.is_main()
    }

    pub(crate) fn is_main(&self) -> bool {
        self.is(MAIN)
    }

    pub(crate) fn is_dummy(&self) -> bool {
        self.is(DUMMY) && !self.is_main()
    }

    /// Whether the object is a `C`, and not one that borrows.
    pub(crate) fn is_of<C: 'static>(&self) -> bool {
        self.class.id.is_some_and(|id| id() == TypeId::of::<C>())
    }

    pub(crate) fn stop(&self) -> &StopState {
        &self.rare().stop
    }

    /// Registers what is to be called when a stop is requested; by the starter, before the thread begins.
    pub(crate) fn set_stop_callbacks(&self, callbacks: Vec<StopCallback>) {
        for callback in callbacks {
            self.stop().on_stop(Registrar::Other, callback);
        }
    }

    /// The thread's own callbacks go with it.
    pub(crate) fn forget_stop_callbacks(&self) {
        if let Some(rare) = self.rare.get() {
            rare.stop.forget_own();
        }
    }

    /// Whether something of the user's goes with the record.
    pub(crate) fn keeps_guests(&self) -> bool {
        let keeps = |rare: &Rare| {
            rare.failure.get().is_some_and(|failure| failure.keeps_guest())
                || rare.stop.has_callbacks()
        };
        self.rare.get().is_some_and(|rare| keeps(rare))
    }

    /// Takes those back that were not called, where the system refused the thread.
    pub(crate) fn take_stop_callbacks(&self) -> Vec<StopCallback> {
        self.rare.get().map(|rare| rare.stop.take_callbacks()).unwrap_or_default()
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.rare.get().is_some_and(|rare| rare.stop.is_requested())
    }

    /// Whether the thread has ended with [`Stopped`](crate::Stopped).
    pub(crate) fn stop_heeded(&self) -> bool {
        self.rare.get().is_some_and(|rare| rare.stop.is_heeded())
    }

    pub(crate) fn request_stop(&self) {
        if self.is_out_of_reach() {
            return;
        }
        self.stop().request(|| self.unpark());
    }

    /// The test that the thread belongs to.
    #[inline]
    pub(crate) fn test(&self) -> Option<&Arc<Test>> {
        self.rare.get()?.test.get()
    }

    /// The clock of the test that the thread belongs to.
    #[inline]
    pub(crate) fn clock(&self) -> Option<Clock> {
        self.test()?.clock
    }

    /// Sets it, before the thread is registered.
    pub(crate) fn set_test(&self, test: Arc<Test>) {
        let _ = self.rare().test.set(test);
    }

    /// Counts up, if the thread is watched; called by the thread itself.
    #[inline]
    pub(crate) fn count_progress(&self) {
        if let Some(rare) = self.rare.get() {
            // Relaxed, and in two steps: only this thread writes, and the number says nothing of other data.
            let count = rare.progress.load(Ordering::Relaxed);
            rare.progress.store(count.wrapping_add(1), Ordering::Relaxed);
        }
    }

    /// The number; asked for before the thread begins, it makes the place for it.
    pub(crate) fn progress(&self) -> u64 {
        self.rare().progress.load(Ordering::Relaxed) // as above
    }

    /// The innermost scope that the thread owns; the caller holds the lock of the graph of joins.
    pub(crate) fn scope(&self) -> Option<Arc<OpenScope>> {
        lock(&self.rare.get()?.scope).clone()
    }

    /// Sets the scope, and gives back what it was; the caller holds the lock, as above.
    pub(crate) fn set_scope(&self, scope: Option<Arc<OpenScope>>) -> Option<Arc<OpenScope>> {
        mem::replace(&mut *lock(&self.rare().scope), scope)
    }
}
