//! Thread-locals without a destructor, usable until their thread is no more: in them lie a thread's values, and all that
//! is known of them.
//!
//! Where the compiler has thread-locals, that is what std's are (`native.rs`). Elsewhere std keeps each in a box under a
//! key of the system's, and frees the box when the thread ends, be it before the guard that is to end the value in it.
//! Therefore this module has keys of its own, which the system does nothing with, and frees what is under them when the
//! guard has ended it.
//!
//! The key of a value that has ended is set to a mark, which stays for as long as the thread does: there is no second
//! value. Anything else is as new when it is used once more, and freed by the next guard.

use std::alloc::{GlobalAlloc as _, Layout, System, handle_alloc_error};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;

use super::error::AccessError;
use super::slot::{Filled, Slot};
use super::{arm, place_guard};
use crate::base::primitive::sync::atomic::{AtomicUsize, Ordering};

/// Declares thread-locals: what their initialisers make has no `Drop`, and is made without a look at the thread.
#[doc(hidden)]
#[macro_export]
macro_rules! __lasting {
    ($($(#[$attribute:meta])* static $name:ident: $t:ty = const $init:block;)*) => {$(
        $(#[$attribute])*
        const $name: $crate::__private::local::LastingKey<$t> = {
            static KEY: $crate::__private::local::SystemKey<$t> =
                $crate::__private::local::SystemKey::new();
            fn init() -> $t {
                const { $init }
            }
            $crate::__private::local::LastingKey::<$t>::new(&KEY, init)
        };
    )*};
}

pub use crate::__lasting as lasting;

/// What is kept so.
pub trait Lasting: 'static {
    /// Once the thread is over, there is no second one.
    #[doc(hidden)]
    fn is_gone(&self) -> bool {
        false
    }
}

impl<T: 'static> Lasting for Slot<T> {
    fn is_gone(&self) -> bool {
        self.state() == super::State::Gone
    }
}

impl<T: 'static> Lasting for Filled<T> {
    fn is_gone(&self) -> bool {
        self.state() == super::State::Gone
    }
}

impl Lasting for super::table::Table {}
impl<T: 'static> Lasting for Cell<T> {}
impl<T: 'static> Lasting for std::cell::RefCell<T> {}

/// The key of such a thread-local.
pub struct LastingKey<T: Lasting> {
    key: &'static SystemKey<T>,
    init: fn() -> T,
}

/// The system's key for it, which holds a `Place<T>` of each thread, or a mark, or null.
pub struct SystemKey<T>(Pointer, PhantomData<fn() -> T>);

impl<T> SystemKey<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new() -> Self {
        Self(Pointer::new(), PhantomData)
    }
}

impl<T: Lasting> LastingKey<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(key: &'static SystemKey<T>, init: fn() -> T) -> Self {
        assert!(!std::mem::needs_drop::<T>());
        Self { key, init }
    }

    /// As that of std's keys.
    #[inline]
    pub(crate) fn try_with<R>(&'static self, f: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        let mut place = self.key.0.get();
        if place.is_null() {
            place = self.make();
        }
        if ptr::eq(place, GONE) {
            return Err(AccessError::DESTROYED);
        }
        // SAFETY: a `SystemKey<T>` holds nothing else, and `make` has made it.
        // It is freed in `set_over` only, when no closure below on the thread's stack holds a reference into it.
        let place = unsafe { &*place.cast::<Place<T>>() };
        Ok(f(&place.value))
    }

    /// As that of std's keys.
    #[inline]
    pub(crate) fn with<R>(&'static self, f: impl FnOnce(&T) -> R) -> R {
        self.try_with(f).unwrap_or_else(|error| error.panic())
    }

    #[cold]
    fn make(&self) -> *mut Link {
        let link = Link { key: &self.key.0, next: PLACES.get(), free: free::<T> };
        let layout = Layout::new::<Place<T>>();
        // SAFETY: a place has a size: that of the link at least.
        let place: *mut Place<T> = unsafe { System.alloc(layout) }.cast();
        if place.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: allocated just now for one.
        unsafe { place.write(Place { link, value: (self.init)() }) };
        let place = place.cast();
        self.key.0.set(place);
        PLACES.set(place);
        // The guard frees it. There always is one: where std keeps thread-locals by keys, a guard can be placed anew
        // once its destructor has returned, and only one destructor runs at a time.
        let _ = arm();
        place
    }
}

impl<T: Copy + 'static> LastingKey<Cell<T>> {
    pub(crate) fn get(&'static self) -> T {
        self.with(Cell::get)
    }

    pub(crate) fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    pub(crate) fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

/// One thread's value of one thread-local, in memory of the system's allocator: the program's may use a thread-local
/// itself, and would be called again from its first use.
///
/// `repr(C)`: a pointer to it is one to the link.
#[repr(C)]
struct Place<T> {
    link: Link,
    value: T,
}

struct Link {
    key: &'static Pointer,
    /// The one that this thread made before.
    next: *mut Link,
    /// Frees a `Place` of this type, and tells whether its value is gone for good.
    free: unsafe fn(*mut Link) -> bool,
}

/// What the key of a value that has ended holds: no place is there.
const GONE: *mut Link = ptr::without_provenance_mut(1);

/// The place that this thread made last.
static PLACES: Pointer = Pointer::new();

/// Not null if a guard has ended the thread's values.
static OVER: Pointer = Pointer::new();

/// # Safety
///
/// `link` is that of a `Place<T>` made by `make`, which nobody refers to or uses again.
unsafe fn free<T: Lasting>(link: *mut Link) -> bool {
    let place = link.cast::<Place<T>>();
    // SAFETY: the caller's.
    let is_gone = unsafe { &*place }.value.is_gone();
    // SAFETY: `make` had it from `System`, for this layout. There is nothing to drop, as `new` has seen.
    unsafe { System.dealloc(place.cast(), Layout::new::<Place<T>>()) };
    is_gone
}

/// Whether a guard has ended the thread's values.
pub(crate) fn is_over() -> bool {
    !OVER.get().is_null()
}

/// A guard has ended the thread's values: frees what they were in.
pub(crate) fn set_over() {
    OVER.set(GONE);
    let mut next = PLACES.get();
    PLACES.set(ptr::null_mut());
    while !next.is_null() {
        // SAFETY: a place of this thread's, which is not freed yet: each is in the list once.
        let link = unsafe { &*next };
        let (place, key, free) = (next, link.key, link.free);
        next = link.next;
        // SAFETY: 1. `make` has given the place the function for its type.
        // 2. The guard calls this from the outermost frame, so no closure has a reference into the place.
        // 3. Its key, the only other way to it, is set below before anything looks there.
        let is_gone = unsafe { free(place) };
        key.set(if is_gone { GONE } else { ptr::null_mut() });
    }
}

/// A pointer that each thread has for itself, null at first: under a key of the system's, made at the first use.
struct Pointer(AtomicUsize);

/// The system has no further key, or no memory for what is to be under one.
const NO_ROOM: &str = "the system has room for another thread-local";

impl Pointer {
    const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// The system's key, which is one less than what is stored: there, 0 stands for none.
    fn system(&self) -> usize {
        // Acquire: paired with the Release below, so that the key is there for who sees its number.
        match self.0.load(Ordering::Acquire) {
            0 => self.make(),
            key => key - 1,
        }
    }

    #[cold]
    fn make(&self) -> usize {
        // Bionic, OpenBSD's and illumos' libc leave alone what has no destructor. Others (glibc, musl) go through the keys
        // in their order when a thread ends, and forget what is under each: so that of the guard has to come before ours.
        // The marks of what has ended are forgotten there, all the same.
        place_guard();
        let made = system::make().expect(NO_ROOM);
        // Release and Acquire: as above, for the one that is kept.
        match self.0.compare_exchange(0, made + 1, Ordering::Release, Ordering::Acquire) {
            Ok(_) => made,
            Err(kept) => {
                system::discard(made);
                kept - 1
            }
        }
    }

    fn get(&self) -> *mut Link {
        system::get(self.system())
    }

    fn set(&self, place: *mut Link) {
        assert!(system::set(self.system(), place), "{NO_ROOM}");
    }
}

#[cfg(unix)]
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "keys are small numbers, of a type that differs from system to system"
)]
mod system {
    use super::Link;

    pub(super) fn make() -> Option<usize> {
        let mut key = 0;
        let create = |key: &mut libc::pthread_key_t| {
            // SAFETY: `key` is a place for the answer; without a destructor the system calls nothing.
            unsafe { libc::pthread_key_create(key, None) == 0 }
        };
        // Std has no use for the key 0 and gives it back, so it would be had here, and come before that of the guard.
        let made = create(&mut key) && (key != 0 || create(&mut key));
        made.then_some(key as usize)
    }

    pub(super) fn discard(key: usize) {
        // SAFETY: `make` has given the key, and nobody else has it.
        unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
    }

    pub(super) fn get(key: usize) -> *mut Link {
        // SAFETY: `make` has given the key, and it is not discarded.
        unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }.cast()
    }

    pub(super) fn set(key: usize, place: *mut Link) -> bool {
        // SAFETY: as in `get`; the system does not look at what is behind the pointer.
        unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, place.cast()) == 0 }
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::c_void;

    use super::Link;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        // None of these looks at memory of ours, and a key that is none is an error.
        safe fn TlsAlloc() -> u32;
        safe fn TlsFree(key: u32) -> i32;
        safe fn TlsGetValue(key: u32) -> *mut c_void;
        safe fn TlsSetValue(key: u32, value: *mut c_void) -> i32;
    }

    /// `TLS_OUT_OF_INDEXES`
    const NONE: u32 = u32::MAX;

    fn number(key: usize) -> u32 {
        u32::try_from(key).unwrap_or(NONE)
    }

    pub(super) fn make() -> Option<usize> {
        let key = TlsAlloc();
        (key != NONE).then_some(key as usize)
    }

    pub(super) fn discard(key: usize) {
        TlsFree(number(key));
    }

    pub(super) fn get(key: usize) -> *mut Link {
        TlsGetValue(number(key)).cast()
    }

    pub(super) fn set(key: usize, place: *mut Link) -> bool {
        TlsSetValue(number(key), place.cast()) != 0
    }
}
