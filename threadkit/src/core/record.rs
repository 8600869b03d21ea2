//! [`Record`]: what is known of one thread, whatever its class.

use std::any::TypeId;
use std::mem;
use std::panic::Location;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::base::ident::ThreadId;
use crate::base::locks::lock;
use crate::base::name::Name;
use crate::base::primitive::global;
use crate::base::primitive::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use crate::base::primitive::sync::{Mutex, OnceLock};
use crate::base::primitive::thread;
use crate::class::Class;
use crate::core::end::End;
use crate::core::exception::Exception;
use crate::core::flags::{DAEMON, DUMMY, Flags, LOST, MAIN, OVER, READY, TAKEN, UNPARKED};
use crate::core::graph::Edge;
use crate::core::open_scope::OpenScope;
use crate::core::rare::Rare;
use crate::core::registry;
use crate::core::stop::StopState;
use crate::thread::typed::Downcast;

/// What is known of one thread, whatever its class. It does not keep the object alive. Each live thread
/// has one, so what few threads need is in [`Rare`].
pub(crate) struct Record {
    ident: ThreadId,
    class: &'static Class,
    flags: Flags,
    /// A [`Pause`](super::pause::Pause), or 0.
    pub(super) pause: AtomicU8,
    /// The place in the registry, plus one; read and written under its lock.
    slot: AtomicU32,
    /// In nanoseconds of [`uptime`], half as long as an `Instant`.
    born: u64,
    /// 0 until the thread has begun.
    native_id: AtomicU64,
    /// Taken only under the registry's lock, which a fork waits for: so no lost thread holds it.
    name: Mutex<NameState>,
    /// For whom the thread waits; taken only under the lock of the graph of joins, as `name` is.
    pub(crate) waits: Mutex<Option<Edge>>,
    pub(crate) start_location: Option<&'static Location<'static>>,
    /// Who called `start`.
    pub(crate) starter: Option<ThreadId>,
    /// The way to the object, where the class has an id.
    link: Option<Weak<dyn Downcast>>,
    pub(crate) end: End,
    rare: OnceLock<Box<Rare>>,
}

/// A thread that failed, as the hook of its class is told: whoever calls it makes a handle of it.
pub struct Failed<'a> {
    pub(crate) exception: &'a Arc<Exception>,
    pub(crate) thread: &'a Arc<Record>,
}

/// `#[thread_class(excepthook = path)]`.
pub(crate) type ClassHook = fn(&Failed<'_>);

/// A default name is formatted when somebody asks for it.
enum NameState {
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
        Self {
            link: start.link,
            starter: Some(start.starter),
            start_location: Some(start.location),
            ..Self::with(start.class, flags, name)
        }
    }

    pub(crate) fn main() -> Self {
        let name = NameState::Is(Name::from("MainThread"));
        Self::with(Class::MAIN, MAIN, name)
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
        Self::with(Class::DUMMY, DUMMY | DAEMON, name)
    }

    #[inline] // so that `new` writes each field once
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
            waits: Mutex::new(None),
            start_location: None,
            starter: None,
            link: None,
            end: End::new(),
            rare: OnceLock::new(),
        }
    }

    fn rare(&self) -> &Rare {
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

    pub(crate) fn class_hook(&self) -> Option<ClassHook> {
        self.class.hook
    }

    pub(crate) fn age(&self) -> Duration {
        Duration::from_nanos(uptime() - self.born)
    }

    pub(crate) fn name(&self) -> Name {
        let _registry = registry::lock();
        let mut name = lock(&self.name);
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
    pub(crate) fn system_name(&self) -> String {
        let _registry = registry::lock();
        match &*lock(&self.name) {
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
        let slot = self.slot.swap(0, Ordering::Relaxed); // Relaxed: under the registry's lock
        Some(slot.checked_sub(1)? as usize)
    }

    /// Sets the place in the registry; the caller holds its lock.
    pub(crate) fn set_slot(&self, slot: usize) {
        let slot = u32::try_from(slot + 1).expect("2^32 threads are not alive at once");
        self.slot.store(slot, Ordering::Relaxed); // Relaxed: under the registry's lock
    }

    #[inline]
    fn is(&self, flag: u8) -> bool {
        self.flags.is(flag)
    }

    fn set(&self, flag: u8) {
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

    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.is(OVER)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.is(READY)
    }

    /// Called by the thread itself: wakes who started it and waits for this.
    pub(crate) fn set_ready(&self) {
        self.end.announce(|| self.set(READY));
    }

    /// Whether the thread stayed in the parent of a fork, alive or over: nobody of it is there to be told
    /// anything, and those who were at it in the parent may hold its locks for ever.
    fn is_out_of_reach(&self) -> bool {
        self.ident.is_inherited() && (self.is_lost() || !self.is_main())
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is(LOST)
    }

    pub(crate) fn failure(&self) -> Option<Arc<Exception>> {
        self.rare.get()?.failure.get().cloned()
    }

    /// The first failure is the one that joiners see.
    pub(crate) fn set_failure(&self, exception: Arc<Exception>) {
        let _ = self.rare().failure.set(exception);
    }

    /// Whether the object is a `C`, and not one that borrows.
    pub(crate) fn is_of<C: 'static>(&self) -> bool {
        self.class.id.is_some_and(|id| id() == TypeId::of::<C>())
    }

    /// The way to the object, while somebody keeps it. Until the system has taken the thread it may
    /// refuse it, and the object is nobody else's.
    pub(crate) fn link(&self) -> Option<Arc<dyn Downcast>> {
        self.link.as_ref().filter(|_| self.is(TAKEN))?.upgrade()
    }

    /// Called by the thread when it begins and by its starter, whoever is first.
    pub(crate) fn set_taken(&self) {
        self.set(TAKEN);
    }

    /// Called by the thread itself, before user code: from now on `unpark` reaches it.
    pub(crate) fn set_system_thread(&self, thread: thread::Thread) {
        self.end.set_thread(thread, || self.is(UNPARKED));
    }

    pub(crate) fn unpark(&self) {
        if self.is_out_of_reach() {
            return;
        }
        self.end.unpark(|| self.set(UNPARKED));
    }

    pub(crate) fn stop(&self) -> &StopState {
        &self.rare().stop
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.rare.get().is_some_and(|rare| rare.stop.is_requested())
    }

    pub(crate) fn request_stop(&self) {
        if self.is_out_of_reach() {
            return;
        }
        self.stop().request(|| self.unpark());
    }

    /// The innermost scope that the thread owns; the caller holds the lock of the graph of joins.
    pub(crate) fn scope(&self) -> Option<Arc<OpenScope>> {
        lock(&self.rare.get()?.scope).clone()
    }

    /// Sets the scope, and gives back what it was; the caller holds the lock, as above.
    pub(crate) fn set_scope(&self, scope: Option<Arc<OpenScope>>) -> Option<Arc<OpenScope>> {
        mem::replace(&mut *lock(&self.rare().scope), scope)
    }

    /// Whether the process waits for it.
    pub(crate) fn holds_process(&self) -> bool {
        !self.is(DAEMON | MAIN | DUMMY)
    }

    /// The thread is over, and those who wait for it are told next, by `set_over`.
    pub(crate) fn mark_over(&self) {
        self.set(OVER);
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

/// Nanoseconds since the first call.
fn uptime() -> u64 {
    global! {
        static START: OnceLock<Instant> = OnceLock::new();
    }
    let elapsed = START.get_or_init(Instant::now).elapsed();
    u64::try_from(elapsed.as_nanos()).expect("a process does not live for 500 years")
}

/// `Class-1`: what distinguishes comes first, as kernels cut names at 15 bytes. With room for the
/// NUL that std adds for the system, so that it need not allocate again.
fn numbered(class_name: &str, number: u64) -> String {
    let digits = number.checked_ilog10().unwrap_or(0) + 1;
    let mut name = String::with_capacity(class_name.len() + digits as usize + 2);
    name.push_str(class_name);
    name.push('-');
    push_digits(&mut name, number);
    name
}

/// A third of what `write!` costs, and every start pays for it.
fn push_digits(text: &mut String, number: u64) {
    if number >= 10 {
        push_digits(text, number / 10);
    }
    text.push(char::from(b"0123456789"[(number % 10) as usize]));
}
