//! What happens once: [`Once`], [`OnceLock`], [`LazyLock`]; and [`Barrier`].

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::raw::{Of, RawLock};
use crate::engine::queue::{On, Queue};
use crate::engine::{Place, step, step_at};

/// As [`std::sync::Once`].
#[derive(Debug)]
pub struct Once {
    of: Of,
    lock: RawLock,
    // Relaxed, here and below: the threads of a schedule take turns.
    done: AtomicBool,
    poisoned: AtomicBool,
}

/// Lets go of the lock when it is dropped.
struct Calling<'a> {
    once: &'a Once,
    succeeded: bool,
}

impl Drop for Calling<'_> {
    fn drop(&mut self) {
        if self.succeeded {
            self.once.done.store(true, Relaxed);
        } else {
            self.once.poisoned.store(true, Relaxed);
        }
        self.once.lock.unlock(false);
    }
}

impl Default for Once {
    fn default() -> Self {
        Self::new()
    }
}

impl Once {
    /// As std's.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Of::Test)
    }

    pub(crate) const fn with(of: Of) -> Self {
        let (done, poisoned) = (AtomicBool::new(false), AtomicBool::new(false));
        Self { of, lock: RawLock::new(of), done, poisoned }
    }

    /// As std's.
    ///
    /// # Panics
    ///
    /// If it is poisoned.
    #[track_caller]
    pub fn call_once(&self, f: impl FnOnce()) {
        self.call(Location::caller(), false, f);
    }

    /// As std's.
    #[track_caller]
    pub fn call_once_force(&self, f: impl FnOnce()) {
        self.call(Location::caller(), true, f);
    }

    /// As std's.
    #[must_use]
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        step(self.of.look(), "Once::is_completed");
        self.done.load(Relaxed)
    }

    fn call(&self, place: Place, force: bool, f: impl FnOnce()) {
        step_at(self.of.look(), "Once::call_once", place);
        if self.done.load(Relaxed) {
            return;
        }
        self.lock.relock(false, "Once::call_once", place);
        let mut calling = Calling { once: self, succeeded: true };
        if self.done.load(Relaxed) {
            return;
        }
        calling.succeeded = false;
        assert!(
            force || !self.poisoned.load(Relaxed),
            "Once instance has previously been poisoned"
        );
        f();
        calling.succeeded = true;
    }
}

/// As [`std::sync::OnceLock`].
pub struct OnceLock<T> {
    cell: std::sync::OnceLock<T>,
    once: Once,
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.cell, f)
    }
}

impl<T> OnceLock<T> {
    /// As std's.
    #[must_use]
    pub const fn new() -> Self {
        Self::with(Of::Test)
    }

    pub(crate) const fn with(of: Of) -> Self {
        Self { cell: std::sync::OnceLock::new(), once: Once::with(of) }
    }

    /// As std's.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        step(self.once.of.look(), "OnceLock::get");
        self.cell.get()
    }

    /// As std's.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.cell.get_mut()
    }

    /// As std's.
    ///
    /// # Errors
    ///
    /// If it is set.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.once.call(Location::caller(), true, || {
            let _ = value.take().map(|value| self.cell.set(value));
        });
        value.map_or(Ok(()), Err)
    }

    /// As std's.
    ///
    /// # Panics
    ///
    /// If `init` does.
    #[track_caller]
    pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        self.once.call(Location::caller(), true, || {
            let _ = self.cell.set(init());
        });
        self.cell.get().expect("it was set")
    }

    /// As std's.
    pub fn take(&mut self) -> Option<T> {
        self.once = Once::with(self.once.of);
        self.cell.take()
    }

    /// As std's.
    pub fn into_inner(self) -> Option<T> {
        self.cell.into_inner()
    }
}

/// As [`std::sync::LazyLock`].
pub struct LazyLock<T, F = fn() -> T> {
    cell: OnceLock<T>,
    init: std::sync::Mutex<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// As std's.
    #[must_use]
    pub const fn new(init: F) -> Self {
        Self { cell: OnceLock::new(), init: std::sync::Mutex::new(Some(init)) }
    }

    /// As std's.
    ///
    /// # Panics
    ///
    /// If `init` does, or did.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.cell.get_or_init(|| {
            let init = this.init.lock().unwrap_or_else(PoisonError::into_inner).take();
            init.expect("LazyLock instance has previously been poisoned")()
        })
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        Self::force(self)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.cell, f)
    }
}

/// As [`std::sync::Barrier`].
#[derive(Debug)]
pub struct Barrier {
    threads: usize,
    /// How many have come, and how often all had.
    come: std::sync::Mutex<(usize, usize)>,
    waiters: Queue,
}

/// As [`std::sync::BarrierWaitResult`].
#[derive(Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// As std's.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// As std's.
    #[must_use]
    pub const fn new(threads: usize) -> Self {
        Self { threads, come: std::sync::Mutex::new((0, 0)), waiters: Queue::new() }
    }

    /// As std's.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let place = Location::caller();
        step(Of::Test.change(), "Barrier::wait");
        let come = || self.come.lock().unwrap_or_else(PoisonError::into_inner);
        let round = {
            let mut come = come();
            come.0 += 1;
            if come.0 >= self.threads {
                *come = (0, come.1 + 1);
                drop(come);
                self.waiters.wake_all();
                return BarrierWaitResult(true);
            }
            come.1
        };
        while come().1 == round {
            let on = On { what: "the others at a Barrier".into(), ..On::default() };
            self.waiters.wait(on, place, None);
        }
        BarrierWaitResult(false)
    }
}
