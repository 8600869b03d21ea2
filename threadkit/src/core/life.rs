//! The life of a thread: what its record says at each step, who sets that, and what may come next.
//!
//! | it is | which is seen by | who sets it | what comes next |
//! |---|---|---|---|
//! | starting | a place in the registry, without `TAKEN` | `start`, on the starter | taken or refused |
//! | refused | `OVER`, without `TAKEN` | `start`, when the system refuses the thread | nothing |
//! | taken | `TAKEN` | the starter and the thread, whoever is first | begun |
//! | begun | a native id; the system's thread is known, so that `unpark` reaches it | the thread, before any user code | heard |
//! | heard | a hearer of panics (`base::guest`): failures are the excepthook's | the thread, before `run` | returned, or exiting |
//! | returned | `Current::returned`: `run`, the hooks and the thread-locals are behind it | the thread, as it returns into std | over |
//! | over | `OVER`, and no place in the registry; nothing of the system's is held | the thread's last destructor | nothing |
//! | exiting | no place in the registry, stranded in the graph of joins | `graph::exits_on`: the process exits on it | it is never over |
//! | lost | `OVER` and `LOST` | the fork, in its child | nothing |
//!
//! The main thread and dummies begin as *begun*: the registry makes their records at the first need. The main thread is
//! over when its body is; a dummy when its thread-locals are destroyed.

use std::sync::Arc;
#[cfg(feature = "stacks")]
use std::time::Instant;

use crate::base::primitive::thread::{JoinHandle, Thread};
use crate::core::end::{DAEMON, DUMMY, LOST, MAIN, OVER, READY, TAKEN, UNPARKED, Wakers};
use crate::core::exception::Exception;
use crate::core::record::{Downcast, Record};

impl Record {
    /// The way to the object, while somebody keeps it. Until the system has taken the thread it may
    /// refuse it, and the object is nobody else's.
    pub(crate) fn link(&self) -> Option<Arc<dyn Downcast>> {
        self.link.as_ref().filter(|_| self.is(TAKEN))?.upgrade()
    }

    /// Called by the thread when it begins and by its starter, whoever is first.
    pub(crate) fn set_taken(&self) {
        self.set(TAKEN);
    }

    /// Called by the starter once the system has taken the thread, which may be over by then.
    pub(crate) fn set_join_handle(&self, handle: JoinHandle<()>) {
        self.end.set_join_handle(handle, || self.is_over());
        self.set_taken();
    }

    /// Called by the thread itself, before user code: from now on `unpark` reaches it.
    pub(crate) fn set_system_thread(&self, thread: Thread) {
        debug_assert!(!self.is_over(), "a thread begins before it is over");
        self.end.set_thread(thread, || self.is(UNPARKED));
    }

    /// Waits until the thread has begun, is over, or `deadline`.
    #[cfg(feature = "stacks")]
    pub(crate) fn wait_begun(&self, deadline: Instant) {
        self.end.wait_for(Some(deadline), || self.native_id().is_some() || self.is_over());
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.is(READY)
    }

    /// Called by the thread itself: wakes who started it and waits for this.
    pub(crate) fn set_ready(&self) {
        self.end.announce(|| self.set(READY));
    }

    pub(crate) fn failure(&self) -> Option<Arc<Exception>> {
        self.rare.get()?.failure.get().cloned()
    }

    /// The first failure is the one that joiners see.
    pub(crate) fn set_failure(&self, exception: Arc<Exception>) {
        debug_assert!(!self.is_over(), "a thread fails before it is over");
        let _ = self.rare().failure.set(exception);
    }

    #[inline]
    pub(crate) fn is_over(&self) -> bool {
        self.is(OVER)
    }

    /// The thread is over, and those who wait for it are told next, by `set_over`.
    pub(crate) fn mark_over(&self) {
        debug_assert!(
            !self.is_over() || self.is_main(),
            "a thread is over once; main's body before it"
        );
        self.set(OVER);
    }

    /// The thread is over: wakes those who wait for it. Called by the thread's last destructor.
    pub(crate) fn set_over(&self) {
        self.tell_over().wake();
    }

    /// The same, without the tasks that are to be woken.
    pub(crate) fn tell_over(&self) -> Wakers {
        self.end.reach(|| self.set(OVER))
    }

    /// Whether the process waits for it. For a thread of a test it is the test that waits, and the process goes on
    /// after a test that has failed for it.
    pub(crate) fn holds_process(&self) -> bool {
        !self.is(DAEMON | MAIN | DUMMY) && self.test().is_none()
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is(LOST)
    }

    /// True if the thread belongs to the parent of a fork. It cannot be told anything, and its locks may stay held
    /// for ever.
    pub(super) fn is_out_of_reach(&self) -> bool {
        self.ident().is_inherited() && (self.is_lost() || !self.is_main())
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

    pub(crate) fn unpark(&self) {
        if self.is_out_of_reach() {
            return;
        }
        self.end.unpark(|| self.set(UNPARKED));
    }
}
