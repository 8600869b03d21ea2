//! [`Flags`]: what is true of a thread.

use crate::base::primitive::sync::atomic::{AtomicU8, Ordering};

/// Daemonic: does not hold the process.
pub(super) const DAEMON: u8 = 1;
/// The main thread: of the process, or of a fork's child.
pub(super) const MAIN: u8 = 1 << 1;
/// Not started here.
pub(super) const DUMMY: u8 = 1 << 2;
/// Over, in the sense of the crate's documentation: every join returns.
pub(super) const OVER: u8 = 1 << 3;
/// Left behind in the parent by a fork. Its own locks may be held for ever.
pub(super) const LOST: u8 = 1 << 4;
/// It said that it is ready, see `ready()`.
pub(super) const READY: u8 = 1 << 5;
/// It is sure to begin: the system has taken it.
pub(super) const TAKEN: u8 = 1 << 6;
/// An `unpark` came before the system's thread was known.
pub(super) const UNPARKED: u8 = 1 << 7;

/// What is true of a thread. A flag that is set stays set.
pub(super) struct Flags(AtomicU8);

impl Flags {
    pub(super) fn new(flags: u8) -> Self {
        Self(AtomicU8::new(flags))
    }

    /// Whether one of `flags` is set. Acquire, paired with the Release in `set`: who sees the thread over
    /// sees what it did.
    #[inline]
    pub(super) fn is(&self, flags: u8) -> bool {
        self.0.load(Ordering::Acquire) & flags != 0
    }

    /// Release, paired with the Acquire in `is`.
    pub(super) fn set(&self, flags: u8) {
        self.0.fetch_or(flags, Ordering::Release);
    }
}
