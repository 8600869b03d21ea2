//! [`Record`]: what is known of one thread, whatever its class.

use std::any::TypeId;
use std::fmt::Write as _;
use std::panic::Location;
use std::sync::{Arc, Weak};
use std::time::Instant;

use crate::excepthook::ClassHook;
use crate::exception::Exception;
use crate::ident::ThreadId;
use crate::join::{Edge, OpenScope};
use crate::locks::lock;
use crate::name::Name;
use crate::primitive::global;
use crate::primitive::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use crate::primitive::sync::{Mutex, OnceLock};
use crate::primitive::thread;
use crate::registry;
use crate::stop::StopState;
use crate::thread::end::End;
use crate::thread::typed::Downcast;

/// Daemonic: does not hold the process.
const DAEMON: u8 = 1;
/// The main thread: of the process, or of a fork's child.
const MAIN: u8 = 1 << 1;
/// Not started here.
const DUMMY: u8 = 1 << 2;
/// Over, in the sense of the crate's documentation: every join returns.
const OVER: u8 = 1 << 3;
/// Left behind in the parent by a fork. Its own locks may be held for ever.
const LOST: u8 = 1 << 4;
/// It said that it is ready, see [`ready`](crate::ready).
const READY: u8 = 1 << 5;

/// What is known of one thread, whatever its class. It does not keep the object alive.
pub(crate) struct Record {
    ident: ThreadId,
    class_name: &'static str,
    flags: AtomicU8,
    /// A [`Pause`], or 0.
    pause: AtomicU8,
    pub(crate) born: Instant,
    /// 0 until the thread has begun.
    native_id: AtomicU64,
    /// Taken only under the registry's lock, which a fork waits for: so no lost thread holds it.
    name: Mutex<NameState>,
    /// The place in the registry, plus one; read and written under its lock.
    slot: AtomicUsize,
    /// For whom the thread waits; taken only under the lock of the graph of joins, as `name` is.
    pub(crate) waits: Mutex<Option<Edge>>,
    /// The innermost scope that it owns; taken as `waits` is.
    pub(crate) scope: Mutex<Option<Arc<OpenScope>>>,
    pub(crate) class_hook: Option<ClassHook>,
    pub(crate) start_location: Option<&'static Location<'static>>,
    /// Who called `start`.
    pub(crate) starter: Option<ThreadId>,
    /// Set before the thread is over.
    failure: OnceLock<Arc<Exception>>,
    /// Known before anybody sees the thread. Absent where the object borrows, and in threads that
    /// have none.
    class: Option<TypeId>,
    /// The way to the object, where there is a `class`, once the thread is sure to begin.
    link: OnceLock<Weak<dyn Downcast>>,
    pub(crate) end: End,
    pub(crate) stop: StopState,
}

/// What a thread waits for that is no other thread.
#[derive(Clone, Copy)]
pub(crate) enum Pause {
    Sleep = 1,
    Stop,
    Event,
    EventOrStop,
    Group,
    Scope,
}

impl Pause {
    const ALL: [Self; 6] =
        [Self::Sleep, Self::Stop, Self::Event, Self::EventOrStop, Self::Group, Self::Scope];
}

/// A pause of the current thread, while it lasts.
pub(crate) struct Paused<'a>(&'a Record);

impl Drop for Paused<'_> {
    fn drop(&mut self) {
        self.0.pause.store(0, Ordering::Relaxed); // as in `begin_pause`
    }
}

/// A default name is formatted when somebody asks for it.
enum NameState {
    Numbered(u64),
    Is(Name),
}

/// What a new [`Record`] is made from.
pub(crate) struct Start {
    /// Absent where the object borrows.
    pub(crate) class: Option<TypeId>,
    pub(crate) class_name: &'static str,
    pub(crate) class_hook: Option<ClassHook>,
    pub(crate) name: Option<Name>,
    pub(crate) daemon: bool,
    pub(crate) starter: ThreadId,
    pub(crate) location: &'static Location<'static>,
}

impl Record {
    pub(crate) fn new(start: Start) -> Self {
        global! {
            static UNNAMED: AtomicU64 = AtomicU64::new(1);
        }
        let name = start.name.map_or_else(
            // Relaxed: only the atomicity of the counter matters.
            || NameState::Numbered(UNNAMED.fetch_add(1, Ordering::Relaxed)),
            NameState::Is,
        );
        let flags = if start.daemon { DAEMON } else { 0 };
        let location = Some(start.location);
        let record = Self::with(start.class_name, flags, name, start.class_hook, location);
        Self { class: start.class, starter: Some(start.starter), ..record }
    }

    pub(crate) fn main() -> Self {
        let name = NameState::Is(Name::from("MainThread"));
        Self::with("MainThread", MAIN, name, None, None)
    }

    pub(crate) fn dummy() -> Self {
        global! {
            static DUMMIES: AtomicU64 = AtomicU64::new(1);
        }
        // Relaxed: only the atomicity of the counter matters.
        let number = DUMMIES.fetch_add(1, Ordering::Relaxed);
        let name = match thread::current().name() {
            Some(name) if !name.is_empty() => NameState::Is(Name::from(name)),
            _ => NameState::Numbered(number),
        };
        Self::with("DummyThread", DUMMY | DAEMON, name, None, None)
    }

    fn with(
        class_name: &'static str,
        flags: u8,
        name: NameState,
        class_hook: Option<ClassHook>,
        start_location: Option<&'static Location<'static>>,
    ) -> Self {
        Self {
            ident: ThreadId::next(),
            class_name,
            flags: AtomicU8::new(flags),
            pause: AtomicU8::new(0),
            born: Instant::now(),
            native_id: AtomicU64::new(0),
            name: Mutex::new(name),
            slot: AtomicUsize::new(0),
            waits: Mutex::new(None),
            scope: Mutex::new(None),
            class_hook,
            start_location,
            starter: None,
            failure: OnceLock::new(),
            class: None,
            link: OnceLock::new(),
            end: End::new(),
            stop: StopState::new(),
        }
    }

    #[inline]
    pub(crate) fn ident(&self) -> ThreadId {
        self.ident
    }

    pub(crate) fn class_name(&self) -> &'static str {
        // A dummy that a fork made the main thread.
        if self.is_main() && self.class_name == "DummyThread" {
            "MainThread"
        } else {
            self.class_name
        }
    }

    pub(crate) fn name(&self) -> Name {
        let _registry = registry::lock();
        let mut name = lock(&self.name);
        match &*name {
            NameState::Is(name) => name.clone(),
            NameState::Numbered(number) => {
                let formatted = Name::from(numbered(self.class_name, *number));
                *name = NameState::Is(formatted.clone());
                formatted
            }
        }
    }

    /// The name for the system: without the part behind an inner NUL, which std refuses; with room
    /// for the NUL that std adds.
    pub(crate) fn system_name(&self) -> String {
        let _registry = registry::lock();
        match &*lock(&self.name) {
            NameState::Numbered(number) => numbered(self.class_name, *number),
            NameState::Is(name) => {
                let visible = name.split('\0').next().unwrap_or_default();
                let mut text = String::with_capacity(visible.len() + 1);
                text.push_str(visible);
                text
            }
        }
    }

    pub(crate) fn set_name(&self, name: Name) {
        let _registry = registry::lock();
        *lock(&self.name) = NameState::Is(name);
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
        self.slot.swap(0, Ordering::Relaxed).checked_sub(1) // Relaxed: under the registry's lock
    }

    /// Sets the place in the registry; the caller holds its lock.
    pub(crate) fn set_slot(&self, slot: usize) {
        self.slot.store(slot + 1, Ordering::Relaxed); // Relaxed: under the registry's lock
    }

    /// Acquire, paired with the Release in `set`: who sees the thread over sees what it did.
    #[inline]
    fn is(&self, flag: u8) -> bool {
        self.flags.load(Ordering::Acquire) & flag != 0
    }

    /// Release, paired with the Acquire in `is`.
    fn set(&self, flag: u8) {
        self.flags.fetch_or(flag, Ordering::Release);
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

    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.is(OVER)
    }

    /// Lets [`dump`](crate::dump) know. Called by the thread itself.
    pub(crate) fn begin_pause(&self, pause: Pause) -> Paused<'_> {
        self.pause.store(pause as u8, Ordering::Relaxed); // Relaxed: it says nothing of other data
        Paused(self)
    }

    pub(crate) fn pause(&self) -> Option<Pause> {
        // Relaxed: as in `begin_pause`.
        let pause = self.pause.load(Ordering::Relaxed);
        Pause::ALL.into_iter().find(|known| *known as u8 == pause)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.is(READY)
    }

    /// Called by the thread itself: wakes who started it and waits for this.
    pub(crate) fn set_ready(&self) {
        self.end.announce(|| self.set(READY));
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is(LOST)
    }

    pub(crate) fn failure(&self) -> Option<Arc<Exception>> {
        self.failure.get().cloned()
    }

    /// The first failure is the one that joiners see.
    pub(crate) fn set_failure(&self, exception: Arc<Exception>) {
        let _ = self.failure.set(exception);
    }

    /// Whether the object is a `C`, and not one that borrows.
    pub(crate) fn is_of<C: 'static>(&self) -> bool {
        self.class == Some(TypeId::of::<C>())
    }

    /// The way to the object, while somebody keeps it.
    pub(crate) fn link(&self) -> Option<Arc<dyn Downcast>> {
        self.link.get()?.upgrade()
    }

    /// Called by the thread when it begins and by its starter, whoever is first; before that the
    /// system may still refuse the thread, and its object is nobody else's.
    pub(crate) fn link_to(&self, link: impl FnOnce() -> Weak<dyn Downcast>) {
        self.link.get_or_init(link);
    }

    /// Whether the process waits for it.
    pub(crate) fn holds_process(&self) -> bool {
        !self.is(DAEMON | MAIN | DUMMY)
    }

    /// The thread is over: wakes those who wait for it. Called by the thread's last destructor.
    pub(crate) fn set_over(&self) {
        self.end.reach(|| self.set(OVER));
    }

    /// In a fork's child: the thread that forked is the main thread.
    pub(crate) fn become_main(&self) {
        self.set(MAIN);
        self.end.forget_system_thread();
    }

    /// In a fork's child: the thread stayed in the parent. Takes no lock, since the thread may
    /// have held any of its own; nobody waits in a child that has one thread.
    pub(crate) fn set_lost(&self) {
        self.set(OVER | LOST);
        self.end.forget_system_thread();
    }
}

/// `Class-1`: what distinguishes comes first, as kernels cut names at 15 bytes. With room for the
/// NUL that std adds for the system, so that it need not allocate again.
fn numbered(class_name: &str, number: u64) -> String {
    let digits = number.checked_ilog10().unwrap_or(0) + 1;
    let mut name = String::with_capacity(class_name.len() + digits as usize + 2);
    // Writing to a string does not fail.
    let _ = write!(name, "{class_name}-{number}");
    name
}
