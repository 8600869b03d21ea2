//! Thread-local data: the cells, and the one proof their destruction needs.
//!
//! A closure given to `with` holds a plain reference into the value of its thread; nothing counts such references,
//! since that would cost as much as the access itself. What ends a thread's values therefore asks for [`AtEnd`], the
//! promise that none of them is held. Only [`destroy`] makes it, for [`enclose`] and for the guard.

mod error;
mod instance;
// Where the compiler has thread-locals. Whether it has is `cfg(target_thread_local)`, which stable Rust does not answer:
// these are the systems of which it is known. `threadkit_locals` is for tests.
#[cfg_attr(
    any(
        threadkit_model,
        threadkit_locals = "std",
        all(
            not(threadkit_locals = "keys"),
            any(
                all(target_os = "linux", not(target_env = "ohos")),
                all(windows, not(all(target_env = "gnu", not(target_abi = "llvm")))),
                target_vendor = "apple",
                target_family = "wasm",
                target_os = "aix",
                target_os = "cygwin",
                target_os = "dragonfly",
                target_os = "freebsd",
                target_os = "fuchsia",
                target_os = "hurd",
                target_os = "netbsd",
                target_os = "redox",
            )
        )
    ),
    path = "native.rs"
)]
pub(crate) mod lasting;
mod node;
mod slot;
mod stack;
mod table;
mod thread;

/// What [`node`] is built on, in one place: the models put loom's in its stead.
mod sync {
    pub(super) use crate::base::primitive::parking_lot::{Mutex, MutexGuard};
    pub(super) use crate::base::primitive::sync::atomic::{AtomicU32, Ordering};

    /// std's cell with loom's interface, which sees each access begin and end.
    pub(super) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(super) const fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }

        #[inline]
        pub(super) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        #[inline]
        pub(super) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}

use std::cell::Cell;
use std::marker::PhantomData;

use crate::base::primitive::thread_local;

pub use error::AccessError;
pub(crate) use instance::Instance;
pub(crate) use lasting::LastingKey;
pub(crate) use slot::State;
pub use slot::{Filled, Slot};
pub(crate) use thread::{Key, Parcel, heirs, note_use, push_key};

/// The promise that no closure below on this thread's stack holds a reference into one of the values that are ended.
///
/// It cannot leave the thread it was made on, as it speaks of no other.
pub(crate) struct AtEnd(PhantomData<*const ()>);

impl AtEnd {
    /// # Safety
    ///
    /// While the promise exists, the values that are ended by it are reached only from frames above the caller's.
    unsafe fn promise() -> Self {
        Self(PhantomData)
    }
}

/// Calls `f`, and then ends the values that the current thread has initialised meanwhile, the last one first, and those
/// too that their destructors initialise.
///
/// This is the lowest frame of a thread that was started here, and that of `main` under the attribute. If the process
/// exits while `f` runs, then its values are not destroyed: a closure of `with` may be below the call of
/// `process::exit`, and may have lent its value to threads of a scope, which still run. If `f` unwinds, they are left
/// to the end of the thread.
pub(crate) fn enclose<R>(f: impl FnOnce() -> R) -> R {
    let enclosure = thread::Enclosure::enter(if ARMED.get() { thread::count() } else { 0 });
    let result = f();
    if !ARMED.get() {
        // No guard, no value.
        return result;
    }
    // SAFETY: `with` lends its value for the time of a closure. Values that were initialised in `f` were lent in `f`
    // only, which has returned, and so have the closures; what they lent on, to the threads of a scope say, cannot
    // outlive them.
    unsafe { destroy(enclosure.before()) };
    result
}

/// As [`enclose`], for one of the objects that the thread serves, one after the other: what the object has used is left
/// as it is in a new thread.
pub(crate) fn enclose_served<R>(f: impl FnOnce() -> R) -> R {
    thread::set_serving();
    let known = thread::known();
    let result = enclose(f);
    if ARMED.get() {
        // SAFETY: as in `enclose`: what was first used in `f` was lent in `f` only. What was in use before it is not
        // touched, as it is among what was known.
        let at_end = unsafe { AtEnd::promise() };
        thread::renew(&known, &at_end);
    }
    result
}

/// Ends the values of the current thread but for the `kept` that it initialised first; last initialised first, those
/// initialised meanwhile included.
///
/// # Safety
///
/// No closure of `with` that is on the current thread's stack was given one of the values that are ended.
unsafe fn destroy(kept: usize) {
    // SAFETY: the caller's. This function and what it calls hold no value's reference themselves.
    let at_end = unsafe { AtEnd::promise() };
    while let Some(last) = thread::pop(kept) {
        last.end(&at_end);
    }
}

lasting::lasting! {
    /// A guard is in place.
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// Ends at the end of the thread what no [`enclose`] did: values of threads that are not ours, and values first used
/// in a destructor of std's.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::is_enclosed() {
            // The thread is not over: the process exits on it.
            return;
        }
        // SAFETY: std destroys a thread's data from its outermost frame, when all frames of the user's are gone, or when
        // the process exits, and then nothing returns to a closure of `with`. Such a closure may have lent its value to
        // threads of a scope, which still run, as it may with a thread-local of std's; where no enclosure was entered,
        // nobody can tell the one end from the other.
        unsafe { destroy(0) };
        thread::forget();
        // Nothing was used first since `destroy`; from here on it takes the next guard.
        ARMED.set(false);
        // What was known of `Local` values is forgotten, so there are no more.
        lasting::set_over();
    }
}

macro_rules! guards {
    ($($guard:ident)+) => {
        thread_local! { $(static $guard: Guard = const { Guard };)+ }

        /// Has std register the first guard that it has not destroyed yet.
        fn place_guard() -> bool {
            $($guard.try_with(|_| ()).is_ok())||+
        }
    };
}

// A destructor of std's may initialise a value after the guard has run, and that one's destructor after the next. POSIX
// gives such chains four rounds (`PTHREAD_DESTRUCTOR_ITERATIONS`), and so does this.
guards!(FIRST SECOND THIRD FOURTH);

/// Makes sure that what is initialised next will be destroyed.
pub(crate) fn arm() -> Result<(), AccessError> {
    if !ARMED.get() {
        if !place_guard() {
            return Err(AccessError::DESTROYED);
        }
        ARMED.set(true);
    }
    Ok(())
}
