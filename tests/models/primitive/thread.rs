//! Std's threads and thread-locals.
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::unused_self,
    reason = "the interface is std's"
)]

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::mem::needs_drop;
use std::rc::Rc;

use shuttle::current::TaskId;

pub(crate) use shuttle::thread::{JoinHandle, Thread, current, panicking, park};

use super::os;

/// Std's: the system refuses a thread with the name [`REFUSED`].
pub(crate) struct Builder {
    name: String,
}

/// A thread that the system refuses.
const REFUSED: &str = "refused";

impl Builder {
    pub(crate) fn new() -> Self {
        Self { name: String::new() }
    }

    pub(crate) fn name(self, name: String) -> Self {
        Self { name }
    }

    /// All threads of an execution have stacks of one size.
    pub(crate) fn stack_size(self, _: usize) -> Self {
        self
    }

    pub(crate) fn spawn<T: Send + 'static>(
        self,
        main: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        self.check()?;
        shuttle::thread::Builder::new().name(self.name).spawn(main)
    }

    fn check(&self) -> io::Result<()> {
        if self.name == REFUSED { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }
}

/// Std's key of a thread-local. Shuttle destroys its own in the order of their first use; here they are
/// destroyed as std does it, last registered first, and those that need no drop stay usable until the
/// thread is no more.
pub struct LocalKey<T: 'static> {
    id: &'static u8,
    init: fn() -> T,
}

/// The value is destroyed.
#[derive(Clone, Copy, Debug)]
pub struct AccessError;

impl<T: 'static> LocalKey<T> {
    #[doc(hidden)]
    pub const fn new(id: &'static u8, init: fn() -> T) -> Self {
        Self { id, init }
    }

    /// As std's.
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).expect("the thread-local is not destroyed")
    }

    /// As std's.
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let locals = Locals::of_current();
        let key = std::ptr::from_ref(self.id);
        let known = locals.slots.borrow().get(&key).cloned();
        let slot = known.unwrap_or_else(|| {
            let value: Rc<dyn Any> = Rc::new((self.init)());
            locals.insert(key, value.clone(), needs_drop::<T>());
            Some(value)
        });
        let value = slot.ok_or(AccessError)?;
        Ok(f(value.downcast_ref().expect("a key has one type")))
    }
}

impl<T: Copy + 'static> LocalKey<Cell<T>> {
    /// As std's.
    pub fn get(&self) -> T {
        self.with(Cell::get)
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// As std's.
    pub fn set(&self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// As std's.
    pub fn replace(&self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

/// The value of a key, until it is destroyed.
type Slot = Option<Rc<dyn Any>>;

/// The thread-locals of one thread.
#[derive(Default)]
struct Locals {
    slots: RefCell<HashMap<*const u8, Slot>>,
    /// Those that are to be destroyed, in the order of their registration.
    registered: RefCell<Vec<*const u8>>,
}

thread_local! {
    /// Those of the threads that take turns on this thread of the system.
    static LOCALS: RefCell<HashMap<TaskId, Rc<Locals>>> = RefCell::default();
}

shuttle::thread_local! {
    static END: End = End;
}

impl Locals {
    fn of_current() -> Rc<Self> {
        let current = shuttle::current::me();
        let known = LOCALS.with_borrow(|threads| threads.get(&current).cloned());
        known.unwrap_or_else(|| {
            END.with(|_| ());
            LOCALS.with_borrow_mut(|threads| threads.entry(current).or_default().clone())
        })
    }

    fn insert(&self, key: *const u8, value: Rc<dyn Any>, needs_drop: bool) {
        if needs_drop {
            self.registered.borrow_mut().push(key);
        }
        self.slots.borrow_mut().insert(key, Some(value));
    }
}

/// Destroys the thread-locals at the end of a thread, and sees the process out at the end of the main thread.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        let locals = Locals::of_current();
        let pop = || locals.registered.borrow_mut().pop();
        while let Some(key) = pop() {
            let value = locals.slots.borrow_mut().insert(key, None);
            drop(value);
        }
        os::process::thread_ended();
        LOCALS.with_borrow_mut(|threads| threads.remove(&shuttle::current::me()));
    }
}
